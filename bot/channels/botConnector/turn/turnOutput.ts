import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Change } from '../../../../cards/checks/checkedCard.ts';
import { isObject } from '../../../../cards/json.ts';
import type { UrlPolicy } from '../../../../cards/richText/urlPolicy.ts';
import { type Activity, isHandOff, type Sent } from '../../../turns/activity.ts';
import type { HostedPictures } from '../../../turns/hostedPictures.ts';
import type { Reply } from './reply.ts';
import { replyMessages } from './replyMessages.ts';
import { type SignInLinkOf, withSignInLinks } from './signInLinks.ts';
import { Stream } from './stream.ts';

/** Options of a turn's output. */
export interface TurnOutputOptions {
  reply: Reply;
  /** Allowed hosts of links and pictures. */
  policy: UrlPolicy;
  /** Language of an activity that names none. */
  locale: string | undefined;
  /** Called when a part of an activity is changed or left out. */
  onDegraded: (changes: readonly Change[]) => void;
  /** Whether an error of the bot hands over to a person, whatever the bot's own handler does. */
  handsOffErrors: boolean;
  /** Hosts pictures that an activity holds as bytes; without it a sentence replaces them. */
  keepPictures: ((activity: Activity) => ReturnType<HostedPictures['keep']>) | undefined;
}

/** Activities that no channel shows, so that nothing is lost without them. */
const invisible = new Set(['trace', 'delay']);

/** Codes of `endOfConversation` that report an error: a person takes over. */
const failureCodes = new Set(['botTimedOut', 'botIssuedInvalidMessage', 'channelFailed']);

/** Collects the activities that a bot sends in one turn, whatever its SDK, for the turn's one answer. */
export class TurnOutput {
  readonly #options: TurnOutputOptions;
  readonly #stream = new Stream();
  /** The contents of the attachments of this turn. */
  readonly #contents: unknown[] = [];

  constructor(options: TurnOutputOptions) {
    this.#options = options;
  }

  /** Records an error of the bot: a person takes over, unless the bot's own handler decides. */
  noteError(error: unknown): void {
    const { reply, handsOffErrors } = this.#options;
    reply.error ??= { error };
    if (handsOffErrors) reply.fail();
  }

  /**
   * Adds the activities that the bot sends to the answer. Typing is not shown, and a delay takes no time.
   *
   * @param signInLinkOf asks the token service for the address of a connection
   */
  async send(activities: readonly Activity[], signInLinkOf: SignInLinkOf): Promise<Sent[]> {
    const { reply } = this.#options;
    const sent: Sent[] = [];
    for (const activity of activities) {
      // A missing token service stops no turn, but the developer receives the error.
      const onMissing = (error: unknown) => {
        reply.error ??= { error };
      };
      const linked = await withSignInLinks(activity, signInLinkOf, onMissing);
      sent.push({ id: this.#add(await this.#withPictures(linked)) });
    }
    return sent;
  }

  /** Changes a message that was not delivered yet. After its delivery, the new version is another message. */
  async update(given: Activity): Promise<string> {
    const { reply, onDegraded } = this.#options;
    const activity = await this.#withPictures(given);
    const { id = randomUUID() } = activity;
    const { messages, changes } = this.#convert({ ...activity, type: 'message' });
    if (!reply.change(id, messages)) {
      reply.say(id, messages);
      this.#reportDegraded('$', 'sent as a new message: a delivered message cannot be changed');
    }
    if (changes.length > 0) onDegraded(changes);
    return id;
  }

  /** Removes a message that was not delivered yet. */
  remove(id: string): void {
    if (!this.#options.reply.change(id, []))
      this.#reportDegraded('$', 'not deleted: the message was delivered already');
  }

  /** Ends the output: the text of an unfinished stream becomes a message, unless the bot failed. */
  finish(): void {
    const rest = this.#stream.rest();
    if (rest !== undefined && this.#options.reply.error === undefined) this.#say(randomUUID(), rest);
  }

  /** Adds one activity to the answer, and returns its new id. */
  #add(activity: Activity): string {
    const { reply } = this.#options;
    const id = randomUUID();
    switch (activity.type) {
      case 'message':
        this.#say(id, this.#stream.end(activity));
        break;
      case 'typing':
        this.#stream.note(activity);
        break;
      case 'endOfConversation':
        if ((activity.text ?? '') !== '') this.#say(id, activity);
        endConversation(reply, activity);
        break;
      case 'handoff':
      case 'event':
        if (isHandOff(activity)) handOff(reply, activity.value);
        else this.#reportDegraded('$.name', 'left out: an event that Genesys does not know');
        break;
      case 'invokeResponse':
        this.#showInvokeResponse(id, activity.value);
        break;
      default:
        if (!invisible.has(activity.type ?? ''))
          this.#reportDegraded('$.type', 'left out: Genesys has no such activity');
    }
    return id;
  }

  async #withPictures(given: Activity): Promise<Activity> {
    const { keepPictures, onDegraded } = this.#options;
    if (keepPictures === undefined) return given;
    const { activity, changes } = await keepPictures(given);
    if (changes.length > 0) onDegraded(changes);
    return activity;
  }

  /**
   * Shows the card or the text with which the bot answers a click on an Action.Execute. Bots for Teams send the card that replaces the
   * old one for everybody, and answer with the same card for the one who clicked: here it is shown once.
   */
  #showInvokeResponse(id: string, value: unknown): void {
    const { shows, problem } = readInvokeResponse(value);
    const content = shows?.attachments?.[0]?.content;
    if (content !== undefined && this.#contents.some((one) => isDeepStrictEqual(one, content))) return;
    if (shows !== undefined) this.#say(id, shows);
    else if (problem !== undefined) this.#reportDegraded('$.value', problem);
  }

  #say(id: string, activity: Activity): void {
    const { reply, onDegraded } = this.#options;
    const { messages, changes, cards } = this.#convert(activity);
    reply.say(id, messages, cards[0]?.template);
    if (changes.length > 0) onDegraded(changes);
  }

  #convert(activity: Activity) {
    const { reply, policy, locale } = this.#options;
    const given = locale === undefined ? activity : { locale, ...activity };
    // Of any bot: an attachment may be anything.
    const attachments: unknown[] = Array.isArray(activity.attachments) ? activity.attachments : [];
    for (const one of attachments) if (isObject(one)) this.#contents.push(one.content);
    return replyMessages(given, policy, reply.clicks);
  }

  #reportDegraded(path: string, what: string): void {
    this.#options.onDegraded([{ path, what }]);
  }
}

/** Reads the Bot Framework's hand-off: every key of its value becomes a parameter of the flow. */
function handOff(reply: Reply, value: unknown): void {
  if (isObject(value)) {
    const { reason } = value;
    reply.handOff(typeof reason === 'string' && reason !== '' ? reason : 'customerRequest', { ...value });
  } else reply.handOff('customerRequest', value === undefined || value === null ? {} : { context: value });
}

/** Reads the end of a conversation: an intent in its value is kept, and a code of an error asks for a person. */
function endConversation(reply: Reply, { code, value }: Activity): void {
  if (code !== undefined && failureCodes.has(code)) reply.handOff('error', { endOfConversation: code });
  else reply.done = isObject(value) && typeof value.intent === 'string' ? { intent: value.intent } : {};
}

/** The response of a bot to an invoke. */
const invokeResponse = z.looseObject({ status: z.number(), body: z.unknown() });
/** The body of a response to `adaptiveCard/action`. */
const cardActionResponse = z.looseObject({ type: z.string(), value: z.unknown() });

const adaptiveCard = 'application/vnd.microsoft.card.adaptive';

/** Returns the message of a response to an invoke, or the reason why it is not shown; neither when it is empty. */
function readInvokeResponse(value: unknown): { shows?: Activity; problem?: string } {
  const response = invokeResponse.safeParse(value);
  if (!response.success) return {};
  const { status, body } = response.data;
  const { type, value: content } = cardActionResponse.safeParse(body).data ?? {};
  if (type === adaptiveCard)
    return { shows: { type: 'message', attachments: [{ contentType: adaptiveCard, content }] } };
  if (type === 'application/vnd.microsoft.activity.message' && typeof content === 'string')
    return { shows: { type: 'message', text: content } };
  if (status >= 400) return { problem: `the bot answered the click with status ${status}` };
  return type === undefined ? {} : { problem: 'left out: an answer to a click that Genesys cannot show' };
}

import { randomUUID } from 'node:crypto';
import type { Change } from '../../../../cards/checks/checkedCard.ts';
import type { UrlPolicy } from '../../../../cards/richText/urlPolicy.ts';
import type { Activity } from '../../../turns/activity.ts';
import type { HostedPictures } from '../../../turns/hostedPictures.ts';
import { endConversation, handOff } from './conversationEnd.ts';
import { invokeAnswer } from './invokeAnswer.ts';
import type { Reply } from './reply.ts';
import { replyMessages } from './replyMessages.ts';
import { Stream } from './stream.ts';

/** How what a bot sends becomes a reply. */
export interface TurnOutputOptions {
  reply: Reply;
  /** Allowed hosts of links and pictures. */
  policy: UrlPolicy;
  /** Language of what names none itself. */
  locale: string | undefined;
  /** Called with the changes to what a bot said. */
  onDegraded: (changes: readonly Change[]) => void;
  /** Whether an error of the bot hands over to a person, whatever its own handler does. */
  handsOffErrors: boolean;
  /** Hosts pictures that come as their bytes; without it they are said. */
  keepPictures: ((activity: Activity) => ReturnType<HostedPictures['keep']>) | undefined;
}

/** Said by no channel, so nothing is missing without it. */
const silent = new Set(['trace', 'delay']);

/** Where the adapters of the SDKs put what a bot sends in one turn: it is kept until the turn's one answer goes out. */
export class TurnOutput {
  readonly #options: TurnOutputOptions;
  readonly #stream = new Stream();

  constructor(options: TurnOutputOptions) {
    this.#options = options;
  }

  /** Notes what a bot threw: a person takes over, unless the bot's own handler is to decide. */
  noteError(error: unknown): void {
    const { reply, handsOffErrors } = this.#options;
    reply.error ??= { error };
    if (handsOffErrors) reply.fail();
  }

  /** Notes what is wrong with the bot's settings and stops no turn: its developer gets a report. */
  noteProblem(error: unknown): void {
    this.#options.reply.error ??= { error };
  }

  /** Keeps what the bot says, and gives its id. Typing is dropped, a delay takes no time. */
  async send(given: Activity): Promise<string> {
    const { reply } = this.#options;
    const id = randomUUID();
    const activity = await this.#withPictures(given);
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
        handOff(reply, activity.value);
        break;
      case 'event':
        if (activity.name === 'handoff.initiate') handOff(reply, activity.value);
        else this.#degraded('$.name', 'left out: an event that Genesys does not know');
        break;
      case 'invokeResponse':
        this.#showInvokeResponse(id, activity.value);
        break;
      default:
        if (!silent.has(activity.type ?? ''))
          this.#degraded('$.type', 'left out: Genesys has no such activity');
    }
    return id;
  }

  /** Changes what was not said yet. What was said stays, and the new version is said, too. */
  async update(given: Activity): Promise<string> {
    const { reply, onDegraded } = this.#options;
    const activity = await this.#withPictures(given);
    const { id = randomUUID() } = activity;
    const { messages, changes } = this.#shown({ ...activity, type: 'message' });
    if (!reply.change(id, messages)) {
      reply.say(id, messages);
      this.#degraded('$', 'sent as a new message: a delivered message cannot be changed');
    }
    if (changes.length > 0) onDegraded(changes);
    return id;
  }

  /** Ends the output of a turn: what was streamed and not ended is said, unless the bot failed. */
  finish(): void {
    const rest = this.#stream.rest();
    if (rest !== undefined && this.#options.reply.error === undefined) this.#say(randomUUID(), rest);
  }

  /** Takes back what was not said yet. */
  remove(id: string): void {
    if (!this.#options.reply.change(id, []))
      this.#degraded('$', 'not deleted: the message was delivered already');
  }

  async #withPictures(given: Activity): Promise<Activity> {
    const { keepPictures, onDegraded } = this.#options;
    if (keepPictures === undefined) return given;
    const { activity, changes } = await keepPictures(given);
    if (changes.length > 0) onDegraded(changes);
    return activity;
  }

  /** The bot's answer to a click on an Action.Execute: a card or a text is shown. */
  #showInvokeResponse(id: string, value: unknown): void {
    const answer = invokeAnswer(value);
    if (answer.shows !== undefined) this.#say(id, answer.shows);
    else if (answer.problem !== undefined) this.#degraded('$.value', answer.problem);
  }

  #say(id: string, activity: Activity): void {
    const { reply, onDegraded } = this.#options;
    const { messages, changes, cards } = this.#shown(activity);
    reply.say(id, messages, cards[0]?.template);
    if (changes.length > 0) onDegraded(changes);
  }

  #shown(activity: Activity) {
    const { reply, policy, locale } = this.#options;
    const given = locale === undefined ? activity : { locale, ...activity };
    return replyMessages(given, policy, reply.clicks);
  }

  #degraded(path: string, what: string): void {
    this.#options.onDegraded([{ path, what }]);
  }
}

import type { TemplateRef } from '../../../../cards/checks/checkedCard.ts';
import { CodedError } from '../../../../cards/errors.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import type { GenesysSession } from '../../../turns/turnState.ts';
import { boundsInWords, bytesOf, fitsTurn, mergeParameters } from '../session/bounds.ts';
import type { Ending } from '../wire/answer.ts';
import { flattenParameters } from '../wire/utterance.ts';
import type { Clicks } from './clicks.ts';

/** The messages of a turn and the way in which it ends, collected while the bot runs. Messages that were taken are delivered. */
export class Reply {
  /** The clicks of the session. */
  readonly clicks: Clicks;
  /** The messages by the id of their activity, which can be changed until it is delivered. */
  readonly #messages = new Map<string, readonly GenesysMessage[]>();
  #parameters: Record<string, string> = {};
  #isClosed = false;
  #failure: { isExplained: boolean } | undefined;
  #count = 0;
  #bytes = 0;
  #leftParameters = 0;
  readonly #joined: Promise<unknown>[] = [];
  /** The first error of the bot, also when its own handler caught it. */
  error: { error: unknown } | undefined;
  /** Template of the first card, for reports. */
  template: TemplateRef | undefined;
  /** The end of the last dialog. */
  ending: Ending | undefined;
  /** The reason for which a person takes over. */
  handOffReason: string | undefined;
  /** Set when the bot ended the conversation. */
  done: { intent?: string } | undefined;

  constructor(clicks: Clicks) {
    this.clicks = clicks;
  }

  /** Says whether the turn is over. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Runs other work that adds messages to this turn, such as a message that the bot begins while the turn runs. The turn ends after
   * it.
   */
  join<T>(work: Promise<T>): Promise<T> {
    this.#joined.push(work.catch(() => {}));
    return work;
  }

  /** Resolves when all work that joined is done. */
  async joined(): Promise<void> {
    while (this.#joined.length > 0) await Promise.all(this.#joined.splice(0));
  }

  /** Number of parameters over the limit. */
  get leftParameters(): number {
    return this.#leftParameters;
  }

  /** Parameters for the flow. */
  get parameters(): Readonly<Record<string, string>> {
    return this.#parameters;
  }

  /**
   * Adds messages.
   *
   * @throws CodedError `card.limit` when the turn says too much; Error when the turn is over
   */
  say(id: string, messages: readonly GenesysMessage[], template?: TemplateRef): void {
    this.#requireOpen();
    this.#set(id, messages, []);
    if (this.#failure !== undefined && messages.length > 0) this.#failure.isExplained = true;
    this.template ??= template;
  }

  /**
   * Replaces messages that were not delivered yet. Returns false when they were delivered, or the id is unknown.
   *
   * @throws CodedError `card.limit` when the turn says too much; Error when the turn is over
   */
  change(id: string, messages: readonly GenesysMessage[]): boolean {
    this.#requireOpen();
    const old = this.#messages.get(id);
    if (old === undefined) return false;
    this.#set(id, messages, old);
    return true;
  }

  /** Adds parameters for the flow; values become texts, see `flattenParameters`. */
  tell(parameters: Readonly<Record<string, unknown>>): void {
    const { kept, left } = mergeParameters(this.#parameters, flattenParameters(parameters));
    this.#parameters = kept;
    this.#leftParameters += left;
  }

  /** Hands over to a person. The first reason is kept. */
  handOff(reason: string, context: Readonly<Record<string, unknown>> = {}): void {
    this.handOffReason ??= reason;
    this.tell(context);
  }

  /** Records that the turn failed: a person takes over. */
  fail(): void {
    this.#failure ??= { isExplained: false };
    this.handOff('error');
  }

  /** Closes the turn for messages. Adds an apology when the turn failed and the bot has said nothing since. */
  close(sorry: GenesysMessage): void {
    if (this.#failure?.isExplained === false) this.#messages.set('sorry', [sorry]);
    this.#isClosed = true;
  }

  /** Removes and returns the messages that were not delivered yet. */
  take(): GenesysMessage[] {
    const messages = [...this.#messages.values()].flat();
    this.#messages.clear();
    return messages;
  }

  /** Sets the messages of an id. A bot that sends messages in a loop ends here: the session keeps a turn's messages for repeats. */
  #set(id: string, messages: readonly GenesysMessage[], old: readonly GenesysMessage[]): void {
    const count = this.#count + messages.length - old.length;
    const bytes = this.#bytes + bytesOf(messages) - bytesOf(old);
    if (!fitsTurn(count, bytes))
      throw new CodedError('card.limit', `More than ${boundsInWords.messages} in one turn.`, {
        path: '$',
        hint: 'Send fewer messages in one turn, or the rest in a later one.',
      });
    this.#count = count;
    this.#bytes = bytes;
    this.#messages.set(id, messages);
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new Error('The turn has already been answered.');
  }
}

/** Creates the session of a turn, which fills a reply. */
export function sessionFor(
  known: Pick<GenesysSession, 'route' | 'sessionId' | 'conversationId' | 'botId' | 'parameters'>,
  reply: Reply,
): GenesysSession {
  return {
    ...known,
    tell: (parameters) => reply.tell(parameters),
    end: ({ intent, entities = {}, parameters = {} }) => {
      reply.ending = { intent, entities, parameters };
    },
    handOff: (reason, context) => reply.handOff(reason, context),
  };
}

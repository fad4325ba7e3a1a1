import type { TemplateRef } from '../../../../cards/checks/checkedCard.ts';
import { CodedError } from '../../../../cards/errors.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysContent.ts';
import type { GenesysSession } from '../../../turns/genesysSession.ts';
import { boundsInWords, bytesOf, fitsTurn, mergeParameters } from '../session/bounds.ts';
import type { Ending } from '../wire/answer.ts';
import { flattenParameters } from '../wire/utterance.ts';
import type { Clicks } from './clicks.ts';

/**
 * What a turn says and how it leaves the session. It fills while the bot runs; what was taken out of it has been said.
 */
export class Reply {
  /** The clicks of the session: what its buttons mean. */
  readonly clicks: Clicks;
  /** By the id of the activity, so that an activity can be changed until it was said. */
  readonly #messages = new Map<string, readonly GenesysMessage[]>();
  #parameters: Record<string, string> = {};
  #isClosed = false;
  #failure: { count: number } | undefined;
  #said = 0;
  #bytes = 0;
  #leftParameters = 0;
  readonly #joined: Promise<unknown>[] = [];
  /** What the bot threw first, also when its own handler took it. */
  error: { error: unknown } | undefined;
  /** Template of the first card, for reports. */
  template: TemplateRef | undefined;
  /** How a dialog ended; the last one counts. */
  ending: Ending | undefined;
  /** Why a person is asked for. */
  handOffReason: string | undefined;
  /** The bot ended the conversation, with an intent or without. */
  done: { intent?: string } | undefined;

  constructor(clicks: Clicks) {
    this.clicks = clicks;
  }

  /** Says whether the turn is over. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Does work that says something in this turn, too, such as a message that the bot begins while the turn runs. The turn
   * ends after it.
   */
  join<T>(work: Promise<T>): Promise<T> {
    this.#joined.push(work.catch(() => {}));
    return work;
  }

  /** Resolves when all work that joined is done. */
  async joined(): Promise<void> {
    while (this.#joined.length > 0) await Promise.all(this.#joined.splice(0));
  }

  /** How many parameters did not fit. */
  get leftParameters(): number {
    return this.#leftParameters;
  }

  /** Parameters for the flow. */
  get parameters(): Readonly<Record<string, string>> {
    return this.#parameters;
  }

  /**
   * Says something at the end.
   *
   * @throws CodedError `card.limit` when the turn says too much; Error when the turn is over
   */
  say(id: string, messages: readonly GenesysMessage[], template?: TemplateRef): void {
    this.#requireOpen();
    const said = this.#said + messages.length;
    const bytes = this.#bytes + bytesOf(messages);
    requireFitting(said, bytes);
    this.#said = said;
    this.#bytes = bytes;
    this.#messages.set(id, messages);
    this.template ??= template;
  }

  /**
   * Puts other messages in the place of what was not yet said; false when it was said, or never was to be.
   *
   * @throws CodedError `card.limit` when the turn says too much; Error when the turn is over
   */
  change(id: string, messages: readonly GenesysMessage[]): boolean {
    this.#requireOpen();
    const old = this.#messages.get(id);
    if (old === undefined) return false;
    const bytes = this.#bytes - bytesOf(old) + bytesOf(messages);
    requireFitting(this.#said - old.length + messages.length, bytes);
    this.#bytes = bytes;
    this.#messages.set(id, messages);
    return true;
  }

  /** Adds what the flow gets as parameters: texts; see `flattenParameters`. */
  tell(parameters: Readonly<Record<string, unknown>>): void {
    const { kept, left } = mergeParameters(this.#parameters, flattenParameters(parameters));
    this.#parameters = kept;
    this.#leftParameters += left;
  }

  /** Asks for a person. The first reason stays. */
  handOff(reason: string, context: Readonly<Record<string, unknown>> = {}): void {
    this.handOffReason ??= reason;
    this.tell(context);
  }

  /** Notes that the turn failed: a person takes over. */
  fail(): void {
    this.#failure ??= { count: this.#said };
    this.handOff('error');
  }

  /** Says sorry when the turn failed and the bot has said nothing about it since. From here on nothing can be said. */
  close(sorry: GenesysMessage): void {
    if (this.#failure?.count === this.#said) this.#messages.set('sorry', [sorry]);
    this.#isClosed = true;
  }

  /** Takes what was not yet said. */
  take(): GenesysMessage[] {
    const messages = [...this.#messages.values()].flat();
    this.#messages.clear();
    return messages;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new Error('The turn has already been answered.');
  }
}

/** A bot in a loop ends here: what one turn says is what its session keeps of it for repeats. */
function requireFitting(count: number, bytes: number): void {
  if (!fitsTurn(count, bytes))
    throw new CodedError('card.limit', `More than ${boundsInWords.messages} in one turn.`, { path: '$' });
}

/** Makes a turn's session from what is known of it and the reply that it fills. */
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

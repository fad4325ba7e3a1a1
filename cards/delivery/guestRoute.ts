import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../errors.ts';
import { limitTo } from '../lruLimit.ts';
import type { GenesysApi } from './genesysApi.ts';
import type { Attempt, CardRoute, OutgoingCard } from './outbox.ts';
import { createTraceHeaders } from './traceparent.ts';

/** Most conversations that are remembered. */
const remembered = limitTo(10_000);
/** How long a conversation counts as unknown after a refusal of Genesys, in milliseconds. */
const unknownMs = 60_000;

/** A conversation that Genesys does not know: its further cards are refused like the first one, and take no slot. */
interface Unknown {
  readonly attempt: Attempt;
  /** Ids of the cards that were refused. */
  readonly cards: Set<string>;
}

/** Name of the route in the outbox, the audit log and `channelData`. */
export const guestRouteName = 'guest';

const guestPath = '/api/v2/guest/conversations/webchat/messages';

/** The document's Guest API: `POST …/webchat/messages` with `{ conversationId, message: { type: "webchat", card } }`. */
export class GuestRoute implements CardRoute {
  readonly name = guestRouteName;
  readonly dropsRepeats: boolean;
  readonly #api: GenesysApi;
  /** Conversations that accepted a card: Genesys knows them, also if it refuses a single card. */
  readonly #known = new LRUCache<string, true>(remembered);
  readonly #unknown: LRUCache<string, Unknown>;

  /**
   * @param dropsRepeats whether the receiver drops repeats of a messageId; see `CardRoute`
   * @param now monotonic milliseconds; default `performance.now`
   */
  constructor(api: GenesysApi, dropsRepeats: boolean, now = () => performance.now()) {
    this.dropsRepeats = dropsRepeats;
    this.#api = api;
    this.#unknown = new LRUCache({ ...remembered, ttl: unknownMs, perf: { now } });
  }

  async acquireSlot(isWanted?: () => boolean, card?: OutgoingCard): Promise<void> {
    if (card !== undefined && this.#refusalOf(card) !== undefined) return;
    await this.#api.acquireSlot(isWanted, card?.conversationId);
  }

  async send(card: OutgoingCard): Promise<Attempt> {
    const { conversationId, messageId, body } = card;
    const refusal = this.#refusalOf(card);
    if (refusal !== undefined) {
      this.#unknown.get(conversationId)?.cards.add(messageId);
      return refusal;
    }
    const posted = await this.#api.post({
      path: guestPath,
      conversationId,
      headers: { 'x-genesys-request-id': messageId, ...createTraceHeaders(card.operationId) },
      // The card is JSON already, checked and serialised once: only its envelope is put around it.
      body: `{"conversationId":${JSON.stringify(conversationId)},"message":{"type":"webchat","card":${body}}}`,
    });
    const attempt =
      posted.status === 403 ? { ...posted, code: await this.#whyForbidden(conversationId) } : posted;
    this.#remember(card, attempt);
    return attempt;
  }

  #remember({ conversationId, messageId }: OutgoingCard, attempt: Attempt): void {
    const { result, code, status } = attempt;
    if (result === 'accepted') {
      this.#known.set(conversationId, true);
      this.#unknown.delete(conversationId);
    } else if (code === 'genesys.conversationEnded' || status === 404 || status === 410) {
      if (!this.#known.has(conversationId))
        this.#unknown.set(conversationId, { attempt, cards: new Set([messageId]) });
    }
  }

  /** The refusal of a card whose conversation Genesys does not know. A card that was refused and comes again is a replay. */
  #refusalOf({ conversationId, messageId }: OutgoingCard): Attempt | undefined {
    const unknown = this.#unknown.get(conversationId);
    return unknown === undefined || unknown.cards.has(messageId) ? undefined : unknown.attempt;
  }

  /** A 403 has two causes with different cures; the session endpoint distinguishes them. */
  async #whyForbidden(conversationId: string): Promise<ErrorCode> {
    try {
      await this.#api.acquireSlot(undefined, conversationId);
      const result = await this.#api.request({
        method: 'GET',
        conversationId,
        path: `/api/v2/conversations/webchat/sessions/${encodeURIComponent(conversationId)}`,
        timeoutMs: 3_000,
      });
      if (result.kind === 'answer' && hasEnded(result)) return 'genesys.conversationEnded';
    } catch {
      // Without a token the session cannot be read.
    }
    return 'genesys.forbidden';
  }
}

function hasEnded({ status, body }: { status: number; body: string }): boolean {
  if (status === 404 || status === 410) return true;
  return status === 200 && /"state"\s*:\s*"(ended|disconnected|terminated)"/i.test(body);
}

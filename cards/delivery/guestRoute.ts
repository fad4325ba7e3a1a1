import type { ErrorCode } from '../errors.ts';
import { GenesysApi, type GenesysApiOptions } from './genesysApi.ts';
import type { HttpResult } from './http.ts';
import type { Attempt, CardRoute, OutgoingCard } from './outbox.ts';

/** How to reach the Guest API. */
export interface GuestRouteOptions extends GenesysApiOptions {
  /** Whether the receiver drops repeats of a messageId; see `CardRoute`. */
  dropsRepeats: boolean;
}

const guestPath = '/api/v2/guest/conversations/webchat/messages';

/** The document's Guest API: `POST …/webchat/messages` with `{ conversationId, message: { type: "webchat", card } }`. */
export class GuestRoute implements CardRoute {
  readonly name = 'guest';
  readonly dropsRepeats: boolean;
  readonly #api: GenesysApi;

  constructor(options: GuestRouteOptions) {
    this.dropsRepeats = options.dropsRepeats;
    this.#api = new GenesysApi(options);
  }

  acquireSlot(isWanted?: () => boolean): Promise<void> {
    return this.#api.acquireSlot(isWanted);
  }

  send({ conversationId, messageId, body }: OutgoingCard): Promise<Attempt> {
    return this.#api.post(
      {
        path: guestPath,
        headers: { 'x-genesys-request-id': messageId },
        // The card is JSON already, checked and serialised once: only its envelope is put around it.
        body: `{"conversationId":${JSON.stringify(conversationId)},"message":{"type":"webchat","card":${body}}}`,
      },
      async (status) => (status === 403 ? this.#whyForbidden(conversationId) : undefined),
    );
  }

  /** A 403 has two causes with different cures; the session endpoint tells them apart. */
  async #whyForbidden(conversationId: string): Promise<ErrorCode> {
    let result: HttpResult;
    try {
      await this.#api.acquireSlot();
      result = await this.#api.request({
        method: 'GET',
        path: `/api/v2/conversations/webchat/sessions/${encodeURIComponent(conversationId)}`,
        timeoutMs: 3_000,
      });
    } catch {
      return 'genesys.forbidden';
    }
    if (result.kind !== 'answer') return 'genesys.forbidden';
    if (result.status === 404 || result.status === 410) return 'genesys.conversationEnded';
    const isEnded =
      result.status === 200 && /"state"\s*:\s*"(ended|disconnected|terminated)"/i.test(result.body);
    return isEnded ? 'genesys.conversationEnded' : 'genesys.forbidden';
  }
}

import { ApiError } from '../http/apiError.ts';
import { parseOrRefuse } from '../http/jsonPath.ts';
import type { Router } from '../http/router.ts';
import { faultsSchema } from './faults.ts';
import { bodyLimit, type Platform } from './platform.ts';

/** The token and session routes, and the sandbox's own faults, stats and reset. */
export function addControlRoutes(router: Router, platform: Platform, clearRest: () => void): void {
  const { faults, tokens, stats, ledger, conversations } = platform;

  router.on('POST', '/oauth/token', async (call) => {
    if (faults.hits(faults.settings.tokenRate5xx)) {
      throw new ApiError(500, 'internal.server.error', 'The server could not handle the request');
    }
    await tokens.issue(call, faults.settings.tokenLifetimeSeconds);
  });

  router.on('GET', '/api/v2/conversations/webchat/sessions/{sessionId}', (call) => {
    tokens.of(call);
    const conversation = conversations.find(call.param(0));
    if (!conversation) throw new ApiError(404, 'not.found', 'The session is not known');
    const { id, state, createdAt } = conversation;
    call.answer(200, { id, state, conversationId: id, createdDate: new Date(createdAt).toISOString() });
  });

  router.on('PUT', '/sandbox/faults', async (call) => {
    faults.set(parseOrRefuse(faultsSchema, await call.json(bodyLimit)));
    call.answer(200, faults.settings);
  });
  router.on('GET', '/sandbox/faults', (call) => call.answer(200, faults.settings));

  router.on('GET', '/sandbox/stats', (call) => {
    call.answer(200, {
      requests: stats.requests(),
      cards: ledger.counts(),
      ...(call.query('ids') === '1' ? { ids: ledger.ids() } : {}),
      faults: stats.faults,
      botFailures: stats.botFailures,
      complaints: stats.complaints,
    });
  });

  router.on('POST', '/sandbox/reset', (call) => {
    faults.set(faultsSchema.parse({}));
    tokens.clear();
    stats.clear();
    ledger.clear();
    conversations.clear();
    clearRest();
    call.answer(204);
  });
}

import { z } from 'zod';
import type { Conversations } from '../conversations/conversations.ts';
import { ApiError } from '../http/apiError.ts';
import { parseOrRefuse } from '../http/jsonPath.ts';
import type { Router } from '../http/router.ts';
import { createStructuredMessage } from '../webMessaging/frames.ts';
import { bodyLimit, type Platform } from './platform.ts';

/** Routes of Genesys' public API that integrations read: their own token, the addresses to allow, one message. */
export function addPublicRoutes(router: Router, platform: Platform): void {
  const { tokens, conversations } = platform;

  router.on('GET', '/api/v2/tokens/me', (call) => {
    const { scopes } = tokens.of(call);
    call.answer(200, {
      organization: { id: 'sandbox', name: 'Sandbox' },
      homeOrganization: { id: 'sandbox', name: 'Sandbox' },
      authorizedScope: [...scopes],
      OAuthClient: { id: tokens.clientId, name: 'Sandbox client' },
    });
  });

  router.on('GET', '/api/v2/ipranges', (call) => {
    tokens.of(call);
    const entities = ['127.0.0.1/32', '::1/128'].map((cidr) => ({
      cidr,
      service: 'bot-connector',
      region: 'sandbox',
    }));
    call.answer(200, { entities });
  });

  router.on('GET', '/api/v2/conversations/messages/{messageId}/details', (call) => {
    tokens.of(call);
    const found = describeMessage(conversations, call.param(0));
    if (found === undefined) throw new ApiError(404, 'not.found', 'The message is not known');
    call.answer(200, found);
  });

  router.on('POST', '/api/v2/conversations/messages/{conversationId}/messages/bulk', async (call) => {
    tokens.of(call);
    const ids = parseOrRefuse(messageIds, await call.json(bodyLimit));
    const entities = ids.flatMap((id) => describeMessage(conversations, id) ?? []);
    call.answer(200, { entities: entities.filter(({ conversationId }) => conversationId === call.param(0)) });
  });
}

const messageIds = z.array(z.string()).max(1_000);

/** A message as the platform SDK's MessageData has it; undefined for one that is not kept, or not the customer's to see. */
function describeMessage(conversations: Conversations, messageId: string) {
  const found = conversations.findMessage(messageId);
  if (found === undefined) return undefined;
  const normalizedMessage = createStructuredMessage(found.message, { typing: false, sandbox: false });
  if (normalizedMessage === undefined) return undefined;
  const { id, direction, time } = found.message;
  return {
    id,
    conversationId: found.conversation.id,
    direction: direction.toLowerCase(),
    messengerType: 'webmessaging',
    timestamp: new Date(time).toISOString(),
    status: 'delivered',
    normalizedMessage,
  };
}

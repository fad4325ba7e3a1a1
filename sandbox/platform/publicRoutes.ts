import { ApiError } from '../http/apiError.ts';
import type { Router } from '../http/router.ts';
import { structuredMessage } from '../webMessaging/frames.ts';
import type { Platform } from './platform.ts';

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
    const found = conversations.findMessage(call.param(0));
    if (found === undefined) throw new ApiError(404, 'not.found', 'The message is not known');
    const { message, conversation } = found;
    const normalizedMessage = structuredMessage(message, { typing: false, sandbox: false });
    if (normalizedMessage === undefined) throw new ApiError(404, 'not.found', 'The message is not known');
    const { id, direction, time } = message;
    call.answer(200, {
      id,
      conversationId: conversation.id,
      direction: direction.toLowerCase(),
      messengerType: 'webmessaging',
      timestamp: new Date(time).toISOString(),
      status: 'delivered',
      textBody: message.text ?? '',
      normalizedMessage,
    });
  });
}

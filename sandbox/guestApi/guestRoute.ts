import type { Conversation } from '../conversations/conversations.ts';
import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import { deliver } from '../platform/deliveryRoute.ts';
import { bodyLimit, complain, type Platform } from '../platform/platform.ts';
import { guestScope, type Token } from '../platform/tokens.ts';
import { readPost } from './cardRules.ts';
import type { GuestCard } from './cardSchema.ts';

/** `POST /api/v2/guest/conversations/webchat/messages`: the document's route. */
export const postGuestCard = (platform: Platform, call: Call): Promise<void> =>
  deliver(platform, call, async (token) => {
    let body: unknown;
    try {
      body = await call.json(bodyLimit);
      return take(platform, token, body);
    } catch (error) {
      countRefusal(platform, body, error);
      throw error;
    }
  });

function take(platform: Platform, token: Token, body: unknown): object {
  if (!token.scopes.has(guestScope)) {
    throw new ApiError(403, 'missing.scope', `The token lacks the scope ${guestScope}`);
  }
  const { conversationId, card } = readPost(body);
  const conversation = requireActiveConversation(platform, conversationId);
  const posted = platform.ledger.post(conversationId, card);
  if (posted === 'conflict') {
    throw new ApiError(409, 'message.id.conflict', 'Another card was posted with this messageId');
  }
  if (posted === 'first' || !platform.faults.settings.dedupe) show(platform, conversation, card, posted);
  return { id: card.messageId, conversationId, status: 'accepted' };
}

function requireActiveConversation(platform: Platform, id: string): Conversation {
  const { conversations, faults } = platform;
  const known =
    conversations.find(id) ??
    (faults.settings.acceptAnyConversation ? conversations.create({ id }) : undefined);
  if (known?.state === 'active') return known;
  throw new ApiError(403, 'conversation.not.active', 'The conversation is not an active guest session');
}

function show(
  platform: Platform,
  conversation: Conversation,
  card: GuestCard,
  posted: 'first' | 'repeat',
): void {
  const { ledger, conversations } = platform;
  ledger.shown += 1;
  if (posted === 'repeat') ledger.shownTwice += 1;
  else if (typeof card.dynamicFields.sequence === 'number') {
    if (card.dynamicFields.sequence < conversation.highestSequence) ledger.outOfOrder += 1;
    else conversation.highestSequence = card.dynamicFields.sequence;
  }
  conversations.add(conversation, { direction: 'Outbound', card }, card.messageId);
}

/** A refused card is counted, and complained about in the conversation that it was meant for. */
function countRefusal(platform: Platform, body: unknown, error: unknown): void {
  if (!(error instanceof ApiError)) return;
  platform.ledger.refused += 1;
  const named =
    typeof body === 'object' && body !== null && 'conversationId' in body ? body.conversationId : undefined;
  const first = error.details[0];
  complain(platform, typeof named === 'string' ? platform.conversations.find(named) : undefined, {
    where: 'guest card',
    path: first?.fieldName ?? '',
    message: `${error.status} ${error.code}: ${first?.errorCode ?? error.message}`,
  });
}

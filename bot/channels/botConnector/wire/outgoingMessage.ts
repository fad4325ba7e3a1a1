import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type CardEvent, needsText } from '../../../../cards/delivery/cardEvents.ts';
import { GenesysApi, type GenesysApiOptions } from '../../../../cards/delivery/genesysApi.ts';
import type { Attempt, CardRoute, OutgoingCard } from '../../../../cards/delivery/outbox.ts';
import { createTraceHeaders } from '../../../../cards/delivery/traceparent.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import type { SessionAddress } from '../session/sessions.ts';
import type { CompleteAnswer } from './answer.ts';
import type { BotVersion } from './botList.ts';
import { spellV2Answer } from './spellAnswer.ts';

/** Name of the route in the outbox. */
const botConnectorRouteName = 'botConnectorV2';

const path = '/api/v2/integrations/botconnectors/outgoing/messages';

/**
 * The route of v2's call to Genesys, for late answers and for messages that the bot begins. Needs the permission
 * `integration:botconnector:send`.
 *
 * Genesys cannot recognize a repeat here, so a message that may have arrived is not sent again.
 */
export class BotConnectorRoute implements CardRoute {
  readonly name = botConnectorRouteName;
  readonly dropsRepeats = false;
  readonly #api: GenesysApi;

  /** @param api also as options, such as `{ apiUrl, token, http }`, for a bot that has no other route */
  constructor(api: GenesysApi | GenesysApiOptions) {
    this.#api = api instanceof GenesysApi ? api : new GenesysApi(api);
  }

  acquireSlot(isWanted?: () => boolean, card?: OutgoingCard): Promise<void> {
    return this.#api.acquireSlot(isWanted, card?.conversationId);
  }

  textInstead(event: CardEvent): OutgoingCard | undefined {
    return textInstead(event, true);
  }

  async send({ conversationId, body, operationId }: OutgoingCard): Promise<Attempt> {
    const headers = createTraceHeaders(operationId);
    const attempt = await this.#api.post({ path, body, conversationId, headers });
    const hasEnded = attempt.status === 404 || attempt.status === 410;
    return hasEnded ? { ...attempt, code: 'genesys.conversationEnded' } : attempt;
  }
}

/**
 * Creates the call for an answer. Its conversation in the outbox is the session, so that the outbox keeps the order of its messages.
 *
 * @param operationId the operation of its turn, for reports
 */
export function createOutgoingMessage(
  address: SessionAddress,
  answer: CompleteAnswer<GenesysMessage>,
  version: BotVersion,
  operationId: string,
): OutgoingCard {
  const { botId, botVersion, sessionId, languageCode } = address;
  const { template = { id: 'message', version: '1', hash: '' } } = answer;
  return {
    messageId: randomUUID(),
    conversationId: sessionId,
    route: botConnectorRouteName,
    body: JSON.stringify({
      botId,
      botVersion,
      botSessionId: sessionId,
      languageCode,
      ...spellV2Answer(answer, version),
    }),
    text: answer.messages.map((message) => message.text).join('\n\n'),
    templateId: template.id,
    templateVersion: template.version,
    templateHash: template.hash,
    operationId,
    // `textInstead` sends its text, not a Bot Framework conversation.
    reference: '',
  };
}

const sent = z.looseObject({ replyMessages: z.array(z.looseObject({ text: z.string() })) });

/**
 * Creates the text instead of an answer that could not be delivered: each message becomes its text. Undefined when the customer needs
 * none (see `needsText`), when the bot may not send, or when the answer has no cards.
 *
 * @param textOnUnknown whether an answer that may have arrived gets a text, too; default false
 */
export function textInstead({ entry, card }: CardEvent, textOnUnknown = false): OutgoingCard | undefined {
  const isOurs = card.route === botConnectorRouteName && entry.code !== 'genesys.forbidden';
  const { body: json = '', text = '', reference = '' } = card;
  if (!isOurs || !needsText(entry, textOnUnknown)) return undefined;
  const body = sent.parse(JSON.parse(json));
  if (body.replyMessages.every((message) => message.type === 'Text')) return undefined;
  const replyMessages = body.replyMessages.map(({ text }) => ({ type: 'Text', text }));
  const messageId = `${card.messageId}-text`;
  return { ...card, messageId, text, reference, body: JSON.stringify({ ...body, replyMessages }) };
}

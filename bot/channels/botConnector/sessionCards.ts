import type { CheckedCard } from '../../../cards/checks/checkedCard.ts';
import type { OutgoingCard } from '../../../cards/delivery/outbox.ts';
import { CodedError } from '../../../cards/errors.ts';
import { formatGenesysMessage } from '../../../cards/formats/genesysMessage.ts';
import type { SessionRecord, Sessions } from './session/sessions.ts';
import { completeAnswer, goOn } from './wire/answer.ts';
import { type Bot, findVersion } from './wire/botList.ts';
import { createOutgoingMessage } from './wire/outgoingMessage.ts';

/** Makes the call that brings a card into a session. */
export type SessionCard = (card: CheckedCard, operationId: string) => OutgoingCard;

/**
 * Finds how a card reaches a conversation in which no turn runs: by v2's own call into its newest session. Undefined for a
 * conversation that never had a session with Architect.
 *
 * @throws CodedError `genesys.noSession` when its session is over, or is one of v1, which has no such call
 */
export async function sessionCardOf<R extends SessionRecord<unknown>>(
  sessions: Pick<Sessions<R>, 'newestOf' | 'read'>,
  bots: readonly Bot[],
  conversationId: string,
): Promise<SessionCard | undefined> {
  const found = await Promise.all(
    bots.map(async (bot) => {
      const sessionId = await sessions.newestOf(bot.id, conversationId);
      return sessionId === undefined ? [] : [{ bot, record: await sessions.read(bot.id, sessionId) }];
    }),
  );
  const known = found.flat();
  if (known.length === 0) return undefined;
  for (const { bot, record } of known) {
    const { address, isOver } = record;
    if (address === undefined || isOver === true || address.route !== 'v2') continue;
    const version = findVersion(bot, address.botVersion);
    return (card, operationId) => {
      const answer = { ...goOn(formatGenesysMessage(card).messages), template: card.template };
      const { messageId } = card;
      return {
        ...createOutgoingMessage(address, completeAnswer(answer, version), version, operationId),
        messageId,
      };
    };
  }
  const isV1 = known.some(({ record: { address, isOver } }) => isOver !== true && address?.route === 'v1');
  throw new CodedError(
    'genesys.noSession',
    isV1
      ? 'The session is one of Bot Connector v1, which takes cards in the answer of a turn only.'
      : 'The session of this conversation with the bot is over.',
    { path: '$.conversationId' },
  );
}

import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import type { Attachment } from './activity.ts';
import type { TurnContext } from './turnContext.ts';

/** Key in a turn's state by which an adapter says that it shows checked cards itself. */
const showsCheckedCards = Symbol('the channel shows checked cards');

/** Cards that were put into attachments: only those come out again, so nobody can forge one from JSON. */
const attached = new WeakSet<object>();

/** Says that this turn's channel shows checked cards: `CardMiddleware` then hands them over as they are. */
export function takeCheckedCards(context: Pick<TurnContext, 'turnState'>): void {
  context.turnState.set(showsCheckedCards, true);
}

/** Says whether this turn's channel shows checked cards itself. */
export function takesCheckedCards(context: Pick<TurnContext, 'turnState'>): boolean {
  return context.turnState.get(showsCheckedCards) === true;
}

/** Puts a checked card into an attachment, for an adapter in the same process. */
export function attachCheckedCard(card: CheckedCard): Attachment {
  attached.add(card);
  return { contentType: 'application/vnd.genesys.checked-card', content: card };
}

/** The checked card in an attachment that `attachCheckedCard` made. */
export function checkedCardOf(attachment: unknown): CheckedCard | undefined {
  if (typeof attachment !== 'object' || attachment === null || !('content' in attachment)) return undefined;
  return isAttached(attachment.content) ? attachment.content : undefined;
}

function isAttached(content: unknown): content is CheckedCard {
  return typeof content === 'object' && content !== null && attached.has(content);
}

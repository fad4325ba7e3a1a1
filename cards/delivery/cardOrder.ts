import { z } from 'zod';
import { idPattern, type Json } from '../card.ts';
import { cardRequestSchema } from '../cardRequest.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';
import { copyPlainly } from '../checks/plainJson.ts';
import { createSchemaError } from '../checks/schemaError.ts';
import { CodedError, type ErrorCode } from '../errors.ts';
import { makeSequentialId } from '../sequentialId.ts';
import type { TemplateRegistry } from '../templates/loadTemplates.ts';
import { guestRouteName } from './guestRoute.ts';
import type { Delivery, Outbox, OutgoingCard } from './outbox.ts';

/** A card from outside of a dialog: its conversation, its template and its dynamic fields. */
export const cardOrderSchema = cardRequestSchema.extend({
  /** Id of the Genesys conversation. */
  conversationId: z.string().regex(idPattern),
  /** Makes a repeat harmless: the same order with the same id is delivered once. Default: a new id. */
  messageId: z.string().regex(idPattern).optional(),
});

/** See `cardOrderSchema`. */
export type CardOrder = z.infer<typeof cardOrderSchema>;

/** Reads an order from any value. @throws CodedError `card.schema` or `card.limit` with the JSON path in the order. */
export function readCardOrder(value: unknown): CardOrder {
  const parsed = cardOrderSchema.safeParse(copyPlainly(value, 'card.schema'));
  if (!parsed.success) throw createSchemaError('card.schema', 'The card order', parsed.error);
  return parsed.data;
}

/** Options of `CardOrders`. */
export interface CardOrdersOptions {
  registry: Pick<TemplateRegistry, 'compose'>;
  outbox: Pick<Outbox, 'submit' | 'outcomeOf' | 'find' | 'note'>;
  /**
   * Returns a function that addresses the cards of a conversation to another route. Default, and for undefined: the guest route.
   *
   * @throws CodedError `genesys.noSession` when no card can reach the conversation now
   */
  routeTo?: (
    conversationId: string,
  ) => Promise<((card: CheckedCard, operationId: string) => OutgoingCard) | undefined>;
}

/** An order whose cards are stored: they survive a kill. */
export interface StoredOrder {
  readonly messageId: string;
  /** Waits for the outcome, at most `waitMs` milliseconds; then it is `pending`. */
  outcome(waitMs: number): Promise<OrderResult>;
}

/** Executes orders: composes and checks their cards, and puts them into the outbox. */
export class CardOrders {
  readonly #options: CardOrdersOptions;

  constructor(options: CardOrdersOptions) {
    this.#options = options;
  }

  /**
   * Stores the cards of an order; several are shown in their order.
   *
   * @param operationId ties the cards to a request in telemetry: 32 hexadecimal digits
   * @throws CodedError `template.*` or `card.*` with the JSON path in the order when our checks refuse it, `store.conflict` for
   * another order with its messageId, `store.full`, `store.unavailable`
   */
  async submit(order: CardOrder, operationId: string): Promise<StoredOrder> {
    const { outbox } = this.#options;
    const messageId = order.messageId ?? makeSequentialId();
    const cards = await this.#compose({ ...order, messageId }, operationId);
    const address = await this.#findRoute(order);
    const request = orderText(order);
    await outbox.submit(
      ...cards.map((card) => ({
        ...(address?.(card, operationId) ?? createGuestCard(card, order, operationId)),
        request,
      })),
    );
    return {
      messageId,
      outcome: async (waitMs) =>
        resultOf(messageId, await Promise.all(cards.map((card) => outbox.outcomeOf(card.messageId, waitMs)))),
    };
  }

  /** A repeat needs no route: a session that ended meanwhile changes nothing for it. */
  async #findRoute({ messageId, conversationId }: CardOrder) {
    const { routeTo, outbox } = this.#options;
    if (messageId !== undefined && (await outbox.find(messageId)) !== undefined) return undefined;
    return routeTo?.(conversationId);
  }

  async #compose(order: CardOrder & { messageId: string }, operationId: string): Promise<CheckedCard[]> {
    const { conversationId, ...request } = order;
    const { messageId, templateId } = request;
    try {
      return this.#options.registry.compose(request);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const refused = placeInOrder(error);
      const { code, path } = refused;
      const card = {
        messageId,
        conversationId,
        route: guestRouteName,
        templateId,
        templateVersion: '',
        templateHash: '',
        operationId,
      };
      await this.#options.outbox.note('refused', card, { code, ...(path === undefined ? {} : { path }) });
      throw refused;
    }
  }
}

/** The error with its path in the order: to its sender the request and its fields are one document. */
function placeInOrder(error: CodedError): CodedError {
  const { code, message, hint, path } = error;
  const inOneDocument = path?.replace(/^request:\$/, '$').replace(/^fields:\$/, '$.fields');
  return new CodedError(code, message, { hint, cause: error, path: inOneDocument });
}

function createGuestCard(card: CheckedCard, order: CardOrder, operationId: string): OutgoingCard {
  return {
    messageId: card.messageId,
    conversationId: order.conversationId,
    route: guestRouteName,
    body: card.json,
    text: card.text,
    templateId: card.template.id,
    templateVersion: card.template.version,
    templateHash: card.template.hash,
    operationId,
    reference: '',
  };
}

/** The text by which two orders are the same: everything but the id and the order of keys. */
export function orderText({ conversationId, templateId, fields, locale }: CardOrder): string {
  return JSON.stringify(sortKeys({ conversationId, templateId, fields, locale: locale ?? null }));
}

function sortKeys(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, one]) => [key, sortKeys(one)]));
}

/** The outcome of an order so far. */
export interface OrderResult {
  /** Id of the card; the further cards of a split have `-2`, `-3` … behind it. */
  readonly messageId: string;
  /** Of several cards the worst outcome. `refused`: our own checks refused the order, and nothing was sent. */
  readonly outcome: Delivery['outcome'] | 'refused';
  readonly attempts: number;
  readonly code?: ErrorCode;
  /** JSON path of the value that our checks refused. */
  readonly path?: string;
  /** Why our checks refused it, in plain words without any value. */
  readonly message?: string;
  /** Number of the order's cards, when there are several. */
  readonly cards?: number;
  readonly durationMs?: number;
}

const worstFirst = ['failed', 'rejected', 'unknown', 'pending', 'accepted'] as const;

/** Combines the deliveries of an order's cards. */
function resultOf(messageId: string, deliveries: readonly Delivery[]): OrderResult {
  const [worst] = [...deliveries].sort(
    (a, b) => worstFirst.indexOf(a.outcome) - worstFirst.indexOf(b.outcome),
  );
  const times = deliveries.map(({ durationMs }) => durationMs).filter((ms) => ms !== undefined);
  return {
    messageId,
    outcome: worst?.outcome ?? 'unknown',
    attempts: deliveries.reduce((sum, { attempts }) => sum + attempts, 0),
    ...(worst?.code === undefined ? {} : { code: worst.code }),
    ...(deliveries.length > 1 ? { cards: deliveries.length } : {}),
    ...(times.length > 0 && times.length === deliveries.length ? { durationMs: Math.max(...times) } : {}),
  };
}

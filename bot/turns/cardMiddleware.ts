import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { templateIdPattern } from '../../cards/card.ts';
import { cardContentType } from '../../cards/cardRequest.ts';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import type { Delivery, Outbox, OutgoingCard } from '../../cards/delivery/outbox.ts';
import { CodedError } from '../../cards/errors.ts';
import { type AdaptiveClient, formatAdaptiveCards } from '../../cards/formats/adaptiveCard.ts';
import { limits } from '../../cards/limits.ts';
import { blocksOf } from '../../cards/richText/blocks.ts';
import { convertHtmlToText } from '../../cards/richText/html.ts';
import { cleanMarkdown } from '../../cards/richText/markdown.ts';
import { writePlain } from '../../cards/richText/plainDialect.ts';
import { anyPublicHost } from '../../cards/richText/urlPolicy.ts';
import type { TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { readOperationId } from '../telemetry/operation.ts';
import { type Activity, type Attachment, referenceOf, type Sent, type TurnContext } from './activity.ts';
import type { HostedPictures } from './hostedPictures.ts';
import {
  acceptsCheckedCards,
  attachCheckedCard,
  type CardPlace,
  cardPlaceOf,
  channelOf,
  nameChannel,
} from './turnState.ts';

/** Options of the middleware. */
export interface CardMiddlewareOptions {
  registry: TemplateRegistry;
  /** Delivers the cards of a turn that has a place for them (`cardPlaceOf`); without it the turn's channel shows them. */
  outbox?: Outbox | undefined;
  /** How long a turn waits for the outcome of a card, in milliseconds; default 1,500. The outbox goes on in the background. */
  outcomeWaitMs?: number;
  /** Hosts the pictures that a card's fields hold as bytes (`data:`); without it such a card is refused. */
  pictures?: Pick<HostedPictures, 'keep'> | undefined;
  events?: TurnCardEvents;
}

/** A card that was never sent: the reason, and the part that the audit log keeps. */
export interface RefusedCard {
  readonly error: CodedError;
  readonly card: Omit<OutgoingCard, 'body' | 'text' | 'reference'>;
}

/** Listeners for the cards of a turn, before they are stored and while the turn waits. Listeners never throw. */
export interface TurnCardEvents {
  /** Our own checks refused the card that a dialog asked for. */
  onRefused?: (context: TurnContext, refused: RefusedCard) => void;
  /** A card passed the checks. */
  onComposed?: (context: TurnContext, card: CheckedCard) => void;
  /** A card was stored, and the turn waits no longer: its outcome is known, or `pending`. */
  onDelivery?: (context: TurnContext, card: CheckedCard, delivery: Delivery) => void;
}

/** Channels that show Adaptive Cards, each with the program that does; the other channels show a card as its plain text. */
const drawnBy: Readonly<Record<string, AdaptiveClient | undefined>> = {
  msteams: 'other',
  webchat: 'webChat',
  directline: 'webChat',
  emulator: 'webChat',
  test: 'webChat',
  agents: 'other',
  m365extensions: 'other',
};

/**
 * Turns the card requests in outgoing activities into checked cards. The outbox delivers them when the turn has a place for them;
 * an adapter that accepts checked cards (`acceptCheckedCards`) receives them unchanged; every other channel shows them as Adaptive
 * Cards with a text fallback. All other content passes unchanged, in the order in which it was sent.
 *
 * When our checks refuse a card, `sendActivity` throws its CodedError and sends nothing of that activity.
 */
export class CardMiddleware {
  readonly #options: CardMiddlewareOptions;

  constructor(options: CardMiddlewareOptions) {
    this.#options = options;
  }

  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    if (!acceptsCheckedCards(context)) normalizeClick(context.activity);
    context.onSendActivities(async (ctx, activities, send) => {
      if (!activities.some(asksForCard)) return send();
      const responses: Sent[] = [];
      for (const activity of activities) responses.push(...(await this.#sendInOrder(ctx, activity)));
      return responses;
    });
    await next();
  }

  async #sendInOrder(context: TurnContext, given: Activity): Promise<Sent[]> {
    if (!asksForCard(given)) return pass(context, given);
    const activity = await this.#withPictures(context, given);
    // All cards are composed before any is sent: a refused card refuses the whole activity.
    const groups = (activity.attachments ?? []).flatMap((attachment): Group[] =>
      isCardRequest(attachment)
        ? this.#compose(context, attachment.content).map((card) => ({ card }))
        : [{ attachments: [attachment] }],
    );
    const place = cardPlaceOf(context);
    const { outbox } = this.#options;
    if (place === undefined || outbox === undefined)
      return pass(context, ...listShownActivities(context, activity, groups));

    const responses: Sent[] = [];
    for (const part of partsOf(activity, groups)) {
      if ('card' in part) responses.push(await this.#deliver(context, outbox, place, part.card));
      else responses.push(...(await pass(context, part)));
    }
    return responses;
  }

  async #withPictures(context: TurnContext, given: Activity): Promise<Activity> {
    const { pictures } = this.#options;
    if (pictures === undefined) return given;
    const conversationId = cardPlaceOf(context)?.conversationId ?? context.activity.conversation.id;
    return (await pictures.keep(conversationId, given)).activity;
  }

  #compose(context: TurnContext, request: unknown): CheckedCard[] {
    const { registry, events } = this.#options;
    try {
      const cards = registry.compose(request);
      for (const card of cards) events?.onComposed?.(context, card);
      return cards;
    } catch (error) {
      if (error instanceof CodedError) events?.onRefused?.(context, describeRefusal(context, request, error));
      throw error;
    }
  }

  async #deliver(context: TurnContext, outbox: Outbox, place: CardPlace, card: CheckedCard): Promise<Sent> {
    const { outcomeWaitMs = 1_500, events } = this.#options;
    const { messageId } = card;
    await outbox.submit({
      messageId,
      ...place,
      body: card.json,
      text: card.text,
      templateId: card.template.id,
      templateVersion: card.template.version,
      templateHash: card.template.hash,
      operationId: readOperationId(),
      reference: JSON.stringify(referenceOf(context.activity)),
    });
    const delivery = await outbox.outcomeOf(messageId, outcomeWaitMs);
    events?.onDelivery?.(context, card, delivery);
    return { id: messageId };
  }
}

const clickValue = z.looseObject({ payload: z.string().min(1).max(1_000) });

/**
 * Gives a click the same form on every channel: the payload becomes the text of the message. An Adaptive Card's Action.Submit
 * arrives as a message without text, with the payload in its `value`.
 */
function normalizeClick(activity: Activity): void {
  if (activity.type !== 'message' || (activity.text ?? '') !== '') return;
  const parsed = clickValue.safeParse(activity.value);
  if (parsed.success) activity.text = parsed.data.payload;
}

const namedTemplate = z.looseObject({ templateId: z.string().max(100).regex(templateIdPattern) });

/** The request may be anything, so the audit log keeps only a well-formed template id of it. */
function describeRefusal(context: TurnContext, request: unknown, error: CodedError): RefusedCard {
  const named = namedTemplate.safeParse(request);
  const { activity } = context;
  const channel = { route: nameChannel(channelOf(context)), conversationId: activity.conversation.id };
  const card = {
    messageId: randomUUID(),
    ...(cardPlaceOf(context) ?? channel),
    templateId: named.success ? named.data.templateId : 'unknown',
    templateVersion: '',
    templateHash: '',
    operationId: readOperationId(),
  };
  return { error, card };
}

/** Sends activities without card requests: this middleware sees them once more and lets them pass. */
async function pass(context: TurnContext, ...activities: Activity[]): Promise<Sent[]> {
  return (await context.sendActivities(activities)) ?? [];
}

function asksForCard(activity: Activity): boolean {
  return activity.attachments?.some(isCardRequest) === true;
}

function isCardRequest(attachment: Attachment): boolean {
  return attachment.contentType === cardContentType;
}

/** Attachments that are sent together, or a card that the outbox delivers. */
type Group = { attachments: Attachment[]; attachmentLayout?: string } | { card: CheckedCard };

/**
 * Splits an activity into its groups, in their order. Its text goes with the first attachments or before the first card, its
 * suggested actions with the last attachments or after the last card.
 */
function partsOf(activity: Activity, groups: readonly Group[]): (Activity | { card: CheckedCard })[] {
  const { text, suggestedActions, attachments: _, ...rest } = activity;
  const parts: (Activity | { card: CheckedCard })[] = [];
  const isApart = (part: Activity): boolean => part.attachmentLayout !== activity.attachmentLayout;
  for (const group of groups) {
    const last = parts.at(-1);
    if ('card' in group) parts.push(group);
    else if (last === undefined || 'card' in last || group.attachmentLayout !== undefined || isApart(last))
      parts.push({ ...rest, ...group });
    else last.attachments?.push(...group.attachments);
  }
  const first = parts[0];
  if (text !== undefined && text !== '') {
    if (first === undefined || 'card' in first) parts.unshift({ ...rest, text, attachments: [] });
    else parts.splice(0, 1, { ...first, text });
  }
  const end = parts.at(-1);
  if (suggestedActions !== undefined) {
    if (end === undefined || 'card' in end) parts.push({ ...rest, suggestedActions, attachments: [] });
    else parts.splice(-1, 1, { ...end, suggestedActions });
  }
  return parts;
}

/** Returns the text of an activity as plain text. A text that is too long to parse stays as it is. */
function readOwnText({ text = '', textFormat = 'markdown' }: Activity): string {
  if (text.length > limits.fieldText.max) return text;
  if (textFormat === 'xml') return convertHtmlToText(text);
  return textFormat === 'markdown' ? writePlain(blocksOf(cleanMarkdown(text, anyPublicHost).text)) : text;
}

/** Returns the activities that show the cards on the turn's own channel: as checked cards, Adaptive Cards or plain text. */
function listShownActivities(context: TurnContext, activity: Activity, groups: readonly Group[]): Activity[] {
  const attachmentsOf = (group: Group) =>
    'card' in group ? [attachCheckedCard(group.card)] : group.attachments;
  if (acceptsCheckedCards(context)) return [{ ...activity, attachments: groups.flatMap(attachmentsOf) }];
  const texts = groups.flatMap((group) => ('card' in group ? [group.card.text] : []));
  const client = drawnBy[context.activity.channelId];
  if (client === undefined) {
    const attachments = groups.flatMap((group) => ('card' in group ? [] : group.attachments));
    const text = [readOwnText(activity), ...texts].filter((line) => line !== '').join('\n\n');
    // The text of a card is not Markdown: a value in it could otherwise become a link.
    return [{ ...activity, type: 'message', text, textFormat: 'plain', attachments }];
  }
  const drawn = groups.flatMap((group) =>
    'card' in group ? groupAdaptiveCards(group.card, client) : [group],
  );
  const summarized = { ...activity, summary: activity.summary ?? texts.join('\n\n') };
  return partsOf(summarized, drawn).flatMap((part) => ('card' in part ? [] : [part]));
}

/** Groups the Adaptive Cards of a card: the layout `carousel` applies to the cards of a carousel only. */
function groupAdaptiveCards(card: CheckedCard, client: AdaptiveClient): Group[] {
  return formatAdaptiveCards(card, client).map(({ layout, cards }) => ({
    ...(layout === 'carousel' ? { attachmentLayout: layout } : {}),
    attachments: cards.map((content) => ({
      contentType: 'application/vnd.microsoft.card.adaptive',
      content,
    })),
  }));
}

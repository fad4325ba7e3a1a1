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
import type { TemplateRegistry } from '../../cards/templates/registry.ts';
import { channelOf, nameChannel } from '../telemetry/channelName.ts';
import { readOperationId } from '../telemetry/operation.ts';
import type { Activity, Attachment } from './activity.ts';
import { attachCheckedCard, takesCheckedCards } from './checkedCardAttachment.ts';
import { type CardPlace, cardPlaceOf, normalizeClick } from './guestTurn.ts';
import type { HostedPictures } from './hostedPictures.ts';
import { referenceOf, type Sent, type TurnContext } from './turnContext.ts';

/** Options and listeners of the middleware. */
export interface CardMiddlewareOptions {
  registry: TemplateRegistry;
  /** Takes the cards of a turn that has a place for them (`cardPlaceOf`); without it they are shown like on any other channel. */
  outbox?: Outbox | undefined;
  /** How long a turn waits for the outcome of a card, in milliseconds; then the card goes on in the background. */
  outcomeWaitMs?: number;
  /** Hosts pictures that come as their bytes in the fields of a card; without it such a card is refused. */
  pictures?: Pick<HostedPictures, 'keep'> | undefined;
  events?: TurnCardEvents;
}

/** A card that was never sent: why, and what the audit log keeps of it. */
export interface RefusedCard {
  readonly error: CodedError;
  readonly card: Omit<OutgoingCard, 'body' | 'text' | 'reference'>;
}

/** What happens to cards in a turn, before the store knows of them and while the turn waits; listeners never throw. */
export interface TurnCardEvents {
  /** A dialog asked for a card and our own checks refused it. */
  onRefused?: (context: TurnContext, refused: RefusedCard) => void;
  /** A card passed the checks. */
  onComposed?: (context: TurnContext, card: CheckedCard) => void;
  /** A card was stored, and either its outcome is known or it goes on in the background. */
  onDelivery?: (context: TurnContext, card: CheckedCard, delivery: Delivery) => void;
}

/** Channels known to draw Adaptive Cards, each with the program that does; on the others a card is its plain text. */
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
 * Turns card requests in outgoing activities into checked cards: given to the outbox when the turn has a place for them, handed over as
 * they are to an adapter that takes them (`takeCheckedCards`), shown as an Adaptive Card with a text fallback elsewhere.
 * Everything else passes as it is, in the order in which it was sent.
 *
 * A card that our checks refuse makes `sendActivity` throw its CodedError, and nothing of that activity is sent.
 */
export class CardMiddleware {
  readonly #options: CardMiddlewareOptions;

  constructor(options: CardMiddlewareOptions) {
    this.#options = options;
  }

  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    if (!takesCheckedCards(context)) normalizeClick(context.activity);
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
    // All cards of the activity are composed before any is sent: a refused one refuses the activity as a whole.
    const cards = (activity.attachments ?? []).map((attachment) =>
      isCardRequest(attachment) ? this.#compose(context, attachment.content) : attachment,
    );
    const place = cardPlaceOf(context);
    const { outbox } = this.#options;
    if (place === undefined || outbox === undefined)
      return pass(context, ...listShownActivities(context, activity, cards));

    const responses: Sent[] = [];
    for (const part of partsOf(activity, cards.flatMap(groupsOf))) {
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

const namedTemplate = z.looseObject({ templateId: z.string().max(100).regex(templateIdPattern) });

/** The request may be anything, so of it only a well-formed template id is kept. */
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

/** Sends what asks for no card any more; it goes through this middleware once more and is let through. */
async function pass(context: TurnContext, ...activities: Activity[]): Promise<Sent[]> {
  return (await context.sendActivities(activities)) ?? [];
}

function asksForCard(activity: Activity): boolean {
  return activity.attachments?.some(isCardRequest) === true;
}

function isCardRequest(attachment: Attachment): boolean {
  return attachment.contentType === cardContentType;
}

/** Attachments that stand together, or a card that goes its own way. */
type Group = Pick<Activity, 'attachments' | 'attachmentLayout'> | { card: CheckedCard };

function groupsOf(card: CheckedCard[] | Attachment): Group[] {
  return Array.isArray(card) ? card.map((one) => ({ card: one })) : [{ attachments: [card] }];
}

/**
 * Parts an activity into its groups, in their order. Its text stands with the first attachments or before the first card,
 * its suggested actions with the last attachments or after the last card.
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
    else last.attachments?.push(...(group.attachments ?? []));
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

/** The text of an activity as plain text; one that is too long to be read is plain. */
function readOwnText({ text = '', textFormat = 'markdown' }: Activity): string {
  if (text.length > limits.fieldText.max) return text;
  if (textFormat === 'xml') return convertHtmlToText(text);
  return textFormat === 'markdown' ? writePlain(blocksOf(cleanMarkdown(text, anyPublicHost).text)) : text;
}

/** The activity as other channels show it: checked cards as they are, Adaptive Cards, or plain text. */
function listShownActivities(
  context: TurnContext,
  activity: Activity,
  cards: readonly (CheckedCard[] | Attachment)[],
): Activity[] {
  if (takesCheckedCards(context)) {
    const attachments = cards.flatMap((card) => (Array.isArray(card) ? card.map(attachCheckedCard) : [card]));
    return [{ ...activity, attachments }];
  }
  const texts = cards.flatMap((card) => (Array.isArray(card) ? card.map(({ text }) => text) : []));
  const client = drawnBy[context.activity.channelId];
  if (client === undefined) {
    const plain = cards.flatMap((card) => (Array.isArray(card) ? [] : [card]));
    const text = [readOwnText(activity), ...texts].filter((line) => line !== '').join('\n\n');
    // The text of a card is what it says, not Markdown: a value in it could else become a link.
    return [{ ...activity, type: 'message', text, textFormat: 'plain', attachments: plain }];
  }
  const groups = cards.flatMap((card): Group[] =>
    Array.isArray(card) ? card.flatMap((one) => groupAdaptiveCards(one, client)) : [{ attachments: [card] }],
  );
  const told = { ...activity, summary: activity.summary ?? texts.join('\n\n') };
  return partsOf(told, groups).flatMap((part) => ('card' in part ? [] : [part]));
}

/** A carousel is side by side; what stands around it is not. */
function groupAdaptiveCards(card: CheckedCard, client: AdaptiveClient): Group[] {
  return formatAdaptiveCards(card, client).map(({ layout, cards }) => ({
    ...(layout === 'carousel' ? { attachmentLayout: layout } : {}),
    attachments: cards.map((content) => ({
      contentType: 'application/vnd.microsoft.card.adaptive',
      content,
    })),
  }));
}

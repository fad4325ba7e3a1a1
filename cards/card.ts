import { z } from 'zod';
import { limits } from './limits.ts';

/** Letters, digits and `. _ : -`: an id also goes into headers, paths and logs. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
/** An addressed template such as `order-confirmation-v2`. */
export const templateIdPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const label = z.string().max(limits.label.max);
const payload = z.string().min(1).max(limits.payload.max);
const url = z.string().min(1).max(limits.url.max);

/** How a button looks; the client maps the name, no CSS travels. */
export const buttonStyles = ['default', 'primary', 'secondary', 'danger'] as const;
/** How a header looks; the client maps the name, no CSS travels. */
export const headerStyles = ['default', 'bold', 'large', 'subtle'] as const;

const buttonStyle = z.enum(buttonStyles).optional();
const button = z.discriminatedUnion('action', [
  z.strictObject({ label, action: z.literal('postback'), payload, style: buttonStyle }),
  z.strictObject({ label, action: z.literal('webchat'), payload, style: buttonStyle }),
  z.strictObject({ label, action: z.literal('openUrl'), payload: url, style: buttonStyle }),
]);

const header = z.strictObject({
  type: z.literal('header'),
  text: z.string().max(limits.title.max),
  style: z.enum(headerStyles).optional(),
});
const body = z.strictObject({
  type: z.literal('body'),
  text: z.string().max(limits.body.max),
  markdown: z.boolean().optional(),
});
const image = z.strictObject({
  type: z.literal('image'),
  url,
  altText: z.string().max(limits.altText.max),
});
const facts = z.strictObject({
  type: z.literal('facts'),
  items: z
    .array(
      z.strictObject({
        label: z.string().max(limits.factLabel.max),
        value: z.string().max(limits.factValue.max),
      }),
    )
    .min(1)
    .max(limits.facts.max),
});
const divider = z.strictObject({ type: z.literal('divider') });
const buttonGroup = z.strictObject({
  type: z.literal('buttonGroup'),
  buttons: z.array(button).min(1).max(limits.buttons.max),
});
const quickReplies = z.strictObject({
  type: z.literal('quickReplies'),
  replies: z.array(z.strictObject({ label, payload })).min(1).max(limits.quickReplies.max),
});

const leaves = [header, body, image, facts, divider, buttonGroup] as const;

/** A component of a card; sections and carousels hold further ones. */
export type Component =
  | z.infer<(typeof leaves)[number]>
  | z.infer<typeof quickReplies>
  | { type: 'section'; components: Component[] }
  | { type: 'carousel'; cards: CarouselCard[] };

/** One card of a carousel: components of its own, but no carousel and no quick replies inside. */
export interface CarouselCard {
  components: Component[];
}

/** A button of a card: `postback` and `webchat` send their payload to the conversation, `openUrl` opens it. */
export type Button = z.infer<typeof button>;
/** A one-tap answer below a card. */
export type QuickReply = z.infer<typeof quickReplies>['replies'][number];

/** The schema of components that may still go `levels` deep: unrolled, so that the depth limit is part of it. */
function componentSchema(levels: number, inCarousel: boolean): z.ZodType<Component> {
  if (levels <= 1) {
    return inCarousel
      ? z.discriminatedUnion('type', leaves)
      : z.discriminatedUnion('type', [...leaves, quickReplies]);
  }
  const section = z.strictObject({
    type: z.literal('section'),
    components: z.array(componentSchema(levels - 1, inCarousel)).min(1),
  });
  if (inCarousel) return z.discriminatedUnion('type', [...leaves, section]);
  const carousel = z.strictObject({
    type: z.literal('carousel'),
    cards: z
      .array(z.strictObject({ components: z.array(componentSchema(levels - 1, true)).min(1) }))
      .min(1)
      .max(limits.carouselCards.max),
  });
  return z.discriminatedUnion('type', [...leaves, quickReplies, section, carousel]);
}

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The card as it travels on the guest route: the shape that the interface document gives it. */
export const cardSchema = z.strictObject({
  messageId: z.string().regex(idPattern),
  templateMatrix: z.strictObject({
    templateId: z.string().max(100).regex(templateIdPattern),
    layoutEngine: z.literal('flexbox'),
    version: z.string().regex(/^\d{1,4}(\.\d{1,4}){0,2}$/),
    fallbackBehavior: z.literal('textOnly'),
  }),
  dynamicFields: z.record(z.string(), z.json()),
  components: z.array(componentSchema(limits.depth.max, false)).min(1),
});

/** A card: not yet checked, so nothing sends it. */
export interface Card {
  messageId: string;
  templateMatrix: {
    templateId: string;
    layoutEngine: 'flexbox';
    version: string;
    fallbackBehavior: 'textOnly';
  };
  dynamicFields: Record<string, Json>;
  components: Component[];
}

import { z } from 'zod';

/** The guest route's limits on a card; the first four are the document's and Genesys'. */
export const cardLimits = {
  depth: 4,
  components: 20,
  buttons: 5,
  carouselCards: 10,
  quickReplies: 13,
  facts: 20,
};

const text = z.string().max(4_000);
const label = z.string().min(1).max(100);
const payload = z.string().min(1).max(1_000);
const token = z.string().regex(/^[A-Za-z][\w-]{0,31}$/, 'not a style name');

/** Whether `url` is an absolute address whose scheme is one of `schemes` and that carries no user name. */
export function isSafeUrl(url: string, schemes: readonly string[]): boolean {
  // The URL parser drops these silently, so that what is checked would not be what is opened.
  if (/[\p{Cc}\s]/u.test(url) || !URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return schemes.includes(protocol) && username === '' && password === '';
}

/** Schemes of links that a customer may be sent to. */
export const linkSchemes: readonly string[] = ['https:', 'mailto:', 'tel:'];

const link = z
  .string()
  .max(2_048)
  .refine((url) => isSafeUrl(url, linkSchemes), 'not a https, mailto or tel address');
const picture = z
  .string()
  .max(2_048)
  .refine((url) => isSafeUrl(url, ['https:']), 'not a https address');

/** Link targets of Markdown text: `[words](target` and `<target>`. */
const markdownTarget = /\]\(\s*<?\s*([^)\s>]+)|(?<!\\)<([a-z][a-z\d+.-]+:[^\s<>]*)>/gi;

const hasSafeLinks = (markdown: string) =>
  !/\]\(|</.test(markdown) ||
  [...markdown.matchAll(markdownTarget)].every(([, named, bare]) =>
    isSafeUrl(named ?? bare ?? '', linkSchemes),
  );

const button = z.discriminatedUnion('action', [
  z.strictObject({ label, action: z.literal('postback'), payload, style: token.optional() }),
  z.strictObject({ label, action: z.literal('webchat'), payload, style: token.optional() }),
  z.strictObject({ label, action: z.literal('openUrl'), payload: link, style: token.optional() }),
]);

const component = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text, style: token.optional() }),
  z
    .strictObject({ type: z.literal('body'), text, markdown: z.boolean().optional() })
    .refine((body) => body.markdown !== true || hasSafeLinks(body.text), {
      path: ['text'],
      message: 'a link in the Markdown is not a https, mailto or tel address',
    }),
  z.strictObject({ type: z.literal('image'), url: picture, altText: z.string().max(500) }),
  z.strictObject({ type: z.literal('video'), label, url: picture, poster: picture }),
  z.strictObject({
    type: z.literal('facts'),
    items: z
      .array(z.strictObject({ label: text, value: text }))
      .min(1)
      .max(cardLimits.facts),
  }),
  z.strictObject({
    type: z.literal('section'),
    get components(): z.ZodArray<typeof component> {
      return z.array(component).min(1);
    },
  }),
  z.strictObject({ type: z.literal('divider') }),
  z.strictObject({ type: z.literal('buttonGroup'), buttons: z.array(button).min(1).max(cardLimits.buttons) }),
  z.strictObject({
    type: z.literal('quickReplies'),
    replies: z.array(z.strictObject({ label, payload })).min(1).max(cardLimits.quickReplies),
  }),
  z.strictObject({
    type: z.literal('carousel'),
    get cards(): z.ZodArray<z.ZodObject<{ components: z.ZodArray<typeof component> }, z.core.$strict>> {
      return z
        .array(z.strictObject({ components: z.array(component).min(1) }))
        .min(1)
        .max(cardLimits.carouselCards);
    },
  }),
]);

/** The document's card. */
export const cardSchema = z.strictObject({
  messageId: z.string().regex(/^[\w.:-]{1,128}$/, 'not an id'),
  templateMatrix: z.strictObject({
    templateId: z.string().regex(/^[\w.-]{1,100}$/, 'not a template id'),
    layoutEngine: z.literal('flexbox'),
    version: z.string().regex(/^\d+(\.\d+){0,2}$/, 'not a version'),
    fallbackBehavior: z.literal('textOnly'),
  }),
  dynamicFields: z.record(z.string(), z.unknown()),
  components: z.array(component).min(1),
});

/** The body of a post on the guest route. */
export const postSchema = z.strictObject({
  conversationId: z.string().regex(/^[\w.:-]{1,128}$/, 'not an id'),
  message: z.strictObject({ type: z.literal('webchat'), card: cardSchema }),
});

export type Component = z.infer<typeof component>;
export type GuestCard = z.infer<typeof cardSchema>;

import { randomUUID } from 'node:crypto';
import mime from 'mime';
import { z } from 'zod';
import type { Content, Said } from '../conversations/message.ts';
import { isSafeUrl, linkSchemes } from '../guestApi/cardSchema.ts';
import { type Problem, problemsOf } from '../http/jsonPath.ts';
import type { RuleNumber } from './rules.ts';

/** Characters of one message: Genesys' limit for web and open messaging. */
const mostText = 4_000;
/** Cards of a carousel: Genesys' limit. */
const mostCards = 10;

/** A number; senders write it as a text, too, and the SDKs read it. */
export const numeric = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
const words = z.string().trim().min(1, 'empty').max(mostText);
const picture = z.string().refine((url) => isSafeUrl(url, ['https:']), 'not a https address');
const link = z.string().refine((url) => isSafeUrl(url, linkSchemes), 'not a https, mailto or tel address');

// The mobile client reads `text` of every action and `description` and `actions` of every card as required.
// An action has all the fields in the models; only those of its type count.
const unused = z.string().optional();
const linkAction = z.strictObject({ type: z.literal('Link'), text: words, url: link, payload: unused });
const postbackAction = z.strictObject({
  type: z.literal('Postback'),
  text: words,
  payload: words,
  url: unused,
});
const action = z.discriminatedUnion('type', [linkAction, postbackAction]);
const card = z.strictObject({
  title: words,
  description: z.string().max(mostText),
  image: picture.optional(),
  video: picture.optional(),
  defaultAction: action.optional(),
  actions: z.array(action),
});
type Card = z.infer<typeof card>;

const quickReply = z.strictObject({
  text: words,
  payload: words,
  image: picture.optional(),
  action: z.literal('Message').optional(),
  summaryText: z.string().optional(),
});
const attachment = z.strictObject({
  mediaType: z.enum(['Image', 'Video', 'Audio', 'File', 'Link']),
  url: link,
  id: z.string().optional(),
  mime: z.string().optional(),
  text: z.string().optional(),
  filename: z.string().optional(),
  sha256: z.string().optional(),
  contentSizeBytes: numeric.optional(),
});

const slot = z.looseObject({
  dateTime: z.iso.datetime({ offset: true }),
  duration: numeric.pipe(z.number().min(0)),
});
const date = z.string().regex(/^\d{4}-\d\d-\d\d/, 'not a date');
const dateField = z.looseObject({
  title: words,
  availableTimes: z.array(slot).default([]),
  dateMinimum: date.optional(),
  dateMaximum: date.optional(),
});
const datePicker = dateField.refine(
  ({ availableTimes, dateMinimum, dateMaximum }) => availableTimes.length > 0 || dateMinimum || dateMaximum,
  { path: ['availableTimes'], message: 'neither times nor a first or last day' },
);
const titled = z.looseObject({ id: words, title: words });
const listPicker = z.looseObject({
  sections: z
    .array(
      z.looseObject({
        title: z.string().optional(),
        multipleSelection: z.boolean().optional(),
        items: z.array(titled).min(1),
      }),
    )
    .min(1),
  receivedMessage: z.looseObject({ title: words }),
});

const formField = z.union([
  z.looseObject({
    input: z.looseObject({ id: words, isRequired: z.boolean(), isMultipleLine: z.boolean() }),
  }),
  z.looseObject({ listPicker: listPicker.partial({ receivedMessage: true }) }),
  z.looseObject({ wheelPicker: z.looseObject({ items: z.array(titled).min(1) }) }),
  z.looseObject({ datePicker: dateField.partial() }),
]);
const form = z.looseObject({
  cannedResponseId: words,
  introduction: z.looseObject({ title: words, buttonText: words }).optional(),
  formPages: z
    .array(
      z.looseObject({ title: z.string(), subtitle: z.string(), pageComponents: z.array(formField).min(1) }),
    )
    .min(1),
});

const item = z.discriminatedUnion('contentType', [
  z.strictObject({ contentType: z.literal('Card'), card }),
  z.strictObject({
    contentType: z.literal('Carousel'),
    carousel: z.strictObject({ cards: z.array(card).min(1).max(mostCards) }),
  }),
  z.strictObject({ contentType: z.literal('QuickReply'), quickReply }),
  z.strictObject({ contentType: z.literal('Attachment'), attachment }),
  z.strictObject({ contentType: z.literal('DatePicker'), datePicker }),
  z.strictObject({ contentType: z.literal('ListPicker'), listPicker }),
  z.strictObject({ contentType: z.literal('Form'), form }),
]);
type Item = z.infer<typeof item>;

const reply = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('Text'), text: words, content: z.array(z.never()).nullish() }),
  z.strictObject({ type: z.literal('Structured'), text: words, content: z.array(item).min(1) }),
]);

/** The rule that an issue of a message breaks. */
function ruleOfReply({ code, path }: z.core.$ZodIssue): RuleNumber {
  const keys = path.filter((key) => typeof key === 'string');
  const last = keys.at(-1);
  if (keys.includes('form')) return 46;
  if (keys.includes('datePicker')) return 44;
  if (keys.includes('listPicker')) return 45;
  if (code === 'unrecognized_keys') return 43;
  if (last === undefined || (keys.length === 1 && last === 'type')) return 30;
  if (keys.length === 1) return last === 'text' ? 31 : 32;
  if (keys.includes('attachment')) return 42;
  if (keys.includes('quickReply')) return last === 'image' ? 38 : 41;
  if (last === 'url') return 37;
  if (keys.includes('defaultAction') || (keys.includes('actions') && last !== 'actions')) return 36;
  if (last === 'image' || last === 'video') return 38;
  if (last === 'title') return 34;
  if (last === 'description' || last === 'actions') return 35;
  return last === 'cards' ? 39 : 33;
}

/** An action of a card in a carousel is this deep in its message. */
const deepest = 8;

const typeNames = ['Text', 'Structured', 'Link', 'Postback'];

/** `type` is read without regard to case, and null as absent, as the SDKs read them. */
function withKnownTypes(value: unknown, levels = deepest): unknown {
  if (levels === 0) return value;
  if (Array.isArray(value)) return value.map((inner) => withKnownTypes(inner, levels - 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (inner === null) return [];
    if (key !== 'type' || typeof inner !== 'string') return [[key, withKnownTypes(inner, levels - 1)]];
    const known = typeNames.find((word) => word.toLowerCase() === inner.toLowerCase());
    return [[key, known ?? inner]];
  });
  return Object.fromEntries(entries);
}

/** Texts and payloads of everything that can be clicked, with where it is. */
function listClickables(content: readonly Item[]): [key: string, path: string][] {
  const ofCard = ({ actions }: Card, path: string) =>
    actions.flatMap((one, at): [string, string][] =>
      one.type === 'Postback' ? [[JSON.stringify([one.payload, one.text]), `${path}.actions[${at}]`]] : [],
    );
  return content.flatMap((one, at): [string, string][] => {
    if (one.contentType === 'Card') return ofCard(one.card, `content[${at}].card`);
    if (one.contentType === 'Carousel') {
      return one.carousel.cards.flatMap((inner, index) =>
        ofCard(inner, `content[${at}].carousel.cards[${index}]`),
      );
    }
    if (one.contentType !== 'QuickReply') return [];
    return [[JSON.stringify([one.quickReply.payload, one.quickReply.text]), `content[${at}].quickReply`]];
  });
}

function findRepeatedClickable(content: readonly Item[]): Problem | undefined {
  const seen = new Set<string>();
  for (const [key, path] of listClickables(content)) {
    if (seen.has(key))
      return { path, message: 'the same payload and text as another action of this message', rule: 40 };
    seen.add(key);
  }
  return undefined;
}

/**
 * What the strictest known client would show of a bot's reply messages. A message that breaks a rule is dropped whole,
 * as that client does, and named in `problems`.
 */
export function readReplies(
  replies: readonly unknown[],
  path: string,
): { said: Said[]; problems: Problem[] } {
  const said: Said[] = [];
  const problems: Problem[] = [];
  replies.forEach((given, at) => {
    const here = `${path}[${at}]`;
    const parsed = reply.safeParse(withKnownTypes(given));
    if (!parsed.success) {
      problems.push(...problemsOf(parsed.error, here, ruleOfReply));
      return;
    }
    const content: readonly Item[] = parsed.data.type === 'Structured' ? parsed.data.content : [];
    const repeated = findRepeatedClickable(content);
    if (repeated) problems.push({ ...repeated, path: `${here}.${repeated.path}` });
    else said.push({ direction: 'Outbound', text: parsed.data.text, ...keepShownContent(content) });
  });
  return { said, problems };
}

const keepShownContent = (content: readonly Item[]): { content?: readonly Content[] } =>
  content.length === 0 ? {} : { content: content.map(withFileNames) };

/** A file of the bot with what the mobile clients need of it, as Genesys adds it: an id, a name and a type. */
function withFileNames(shown: Item): Content {
  if (shown.contentType !== 'Attachment') return shown;
  const { attachment } = shown;
  const filename = attachment.filename ?? fileNameOf(attachment.url);
  return {
    contentType: 'Attachment',
    attachment: {
      ...attachment,
      id: attachment.id ?? randomUUID(),
      filename,
      mime: attachment.mime ?? mime.getType(filename) ?? 'application/octet-stream',
    },
  };
}

/** The last part of an address, without what a client could take for a path. */
function fileNameOf(url: string): string {
  const last = URL.parse(url)?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last).replace(/[/\\]/g, '') || 'file';
  } catch {
    return last || 'file';
  }
}

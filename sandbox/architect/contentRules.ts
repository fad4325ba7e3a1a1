import { z } from 'zod';
import type { Content, Said } from '../conversations/message.ts';
import { isSafeUrl, linkSchemes } from '../guestApi/cardSchema.ts';
import { type Problem, problemsOf } from '../http/jsonPath.ts';

/** Characters of one message: Genesys' limit for web and open messaging. */
const mostText = 4_000;
/** Cards of a carousel: Genesys' limit. */
const mostCards = 10;

const words = z.string().trim().min(1, 'empty').max(mostText);
const picture = z.string().refine((url) => isSafeUrl(url, ['https:']), 'not a https address');
const link = z.string().refine((url) => isSafeUrl(url, linkSchemes), 'not a https, mailto or tel address');

// The mobile client reads `text` of every action and `description` and `actions` of every card as required.
const linkAction = z.strictObject({ type: z.literal('Link'), text: words, url: link });
const postbackAction = z.strictObject({ type: z.literal('Postback'), text: words, payload: words });
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
});
const attachment = z.strictObject({
  mediaType: z.enum(['Image', 'Video', 'Audio', 'File', 'Link']),
  url: link,
  id: z.string().optional(),
  mime: z.string().optional(),
  text: z.string().optional(),
  filename: z.string().optional(),
  sha256: z.string().optional(),
  contentSizeBytes: z.number().optional(),
});

const item = z.discriminatedUnion('contentType', [
  z.strictObject({ contentType: z.literal('Card'), card }),
  z.strictObject({
    contentType: z.literal('Carousel'),
    carousel: z.strictObject({ cards: z.array(card).min(1).max(mostCards) }),
  }),
  z.strictObject({ contentType: z.literal('QuickReply'), quickReply }),
  z.strictObject({ contentType: z.literal('Attachment'), attachment }),
]);
type Item = z.infer<typeof item>;

const reply = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('Text'), text: words, content: z.array(z.never()).nullish() }),
  z.strictObject({ type: z.literal('Structured'), text: words, content: z.array(item).min(1) }),
]);

/** Texts and payloads of everything that can be clicked, with where it is. */
function clickables(content: readonly Item[]): [key: string, path: string][] {
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

function repeatedClickable(content: readonly Item[]): Problem | undefined {
  const seen = new Set<string>();
  for (const [key, path] of clickables(content)) {
    if (seen.has(key))
      return { path, message: 'the same payload and text as another action of this message' };
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
    const parsed = reply.safeParse(given);
    if (!parsed.success) {
      problems.push(...problemsOf(parsed.error, here));
      return;
    }
    const content: readonly Item[] = parsed.data.type === 'Structured' ? parsed.data.content : [];
    const repeated = repeatedClickable(content);
    if (repeated) problems.push({ path: `${here}.${repeated.path}`, message: repeated.message });
    else said.push({ direction: 'Outbound', text: parsed.data.text, ...shownContent(content) });
  });
  return { said, problems };
}

const shownContent = (content: readonly Content[]): { content?: readonly Content[] } =>
  content.length === 0 ? {} : { content };

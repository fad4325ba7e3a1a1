import { z } from 'zod';
import { copyPlainly } from '../../checks/plainJson.ts';
import { CodedError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { escapeText } from '../../richText/escapeMarkdown.ts';
import { cleanText, hasVisibleText } from '../../richText/text.ts';
import { anything, list, type NotShown, text } from './readFields.ts';

/** The content of a message activity. */
export const messageActivity = z.object({
  type: text,
  text,
  textFormat: text,
  locale: text,
  attachments: list,
  attachmentLayout: text,
  suggestedActions: anything,
  summary: text,
  speak: text,
  /** The citations of all entities. */
  entities: list,
});

/** Content that is not shown. */
export const notShown: NotShown = {
  channelData: 'it is for another channel',
};

const contentKeys = [...Object.keys(messageActivity.shape), ...Object.keys(notShown)];

/** The bytes of a picture or a file in an address. They are not shown, and would take the room of the texts. */
const longBytes = /(data:(?!text\/)[\w.+/;=-]{1,200};base64,)[A-Za-z0-9+/=]{100,}/gi;

/** A mark of Markdown, the beginning of a tag, an underline of a heading, or an empty line; parsing takes longer with each of them. */
const mark =
  /[*`~<&[\]|]{1,3}|\n\r?\n|(?<![\p{L}\p{N}])_|^[ \t]*(?:[-+>#]|\d{1,9}[.)])(?=[ \t])|^(?:-+|=+)$/gmu;

/**
 * Copies the content out of any value as its JSON, and counts the marks in its texts. Addresses, ids and times of an activity are not
 * read at all.
 *
 * @throws CodedError `activity.invalid` for a value that is not a JSON object, `card.limit` for one that is too large.
 */
export function contentOf(activity: unknown): { content: Readonly<Record<string, unknown>>; marks: number } {
  if (!isObject(activity))
    throw new CodedError('activity.invalid', 'An activity is an object.', { path: '$' });
  const picked: Record<string, unknown> = {};
  try {
    for (const key of contentKeys) picked[key] = activity[key];
    picked.entities = citationsOf(picked.entities);
  } catch (cause) {
    throw new CodedError('activity.invalid', 'The activity cannot be read.', { path: '$', cause });
  }
  let marks = 0;
  const copy = copyPlainly(picked, 'activity.invalid', '$', (one) => {
    if (typeof one !== 'string') return asJson(one);
    const text = one.replace(longBytes, '$1');
    marks += text.match(mark)?.length ?? 0;
    return text;
  });
  return { content: isObject(copy) ? copy : {}, marks };
}

/** Returns a value as JSON has it: bots that run in this process hand over dates, and lists with holes. */
function asJson(value: unknown): unknown {
  if (value instanceof Date || value instanceof URL) return value.toJSON();
  const isNothing = value === undefined || (typeof value === 'number' && !Number.isFinite(value));
  return isNothing ? null : value;
}

/** A document that an answer cites as `[1]`. */
const citation = z.object({
  position: z.coerce.number().int().positive(),
  appearance: z.object({ name: z.string().optional(), url: z.string().optional() }),
});

/** Returns the citations in the entities of an activity. Nothing else in them is content. */
function citationsOf(entities: unknown): unknown[] {
  if (!Array.isArray(entities)) return [];
  return entities.flatMap((entity: unknown) =>
    isObject(entity) && Array.isArray(entity.citation) ? entity.citation : [],
  );
}

/** A definition that leads to a citation of the entities: `[1]: cite:1 "Citation-1"`. */
const citeDefinition = /^ {0,3}\[\d{1,3}\]:[ \t]*cite:[^\n]*$/gim;

/** A mark of an assistant of OpenAI for a place in its files: `【4:0†source】`. The message names no such file. */
const fileMark = /[ \t]?【\d{1,4}(?::\d{1,4})?†[^【】\n]{0,200}】/g;

/** A text without the marks of an assistant's files, and whether it had any. */
export function withoutFileMarks(text: string | undefined): { text: string | undefined; hadMarks: boolean } {
  const rest = text?.replace(fileMark, '');
  return { text: rest, hadMarks: rest !== text };
}

/**
 * A text with the documents that it cites by their numbers below it, each a link where it has an address. A number whose
 * link the text defines itself is left to it.
 *
 * @param format `plain`, else Markdown
 */
export function withSources(
  text: string | undefined,
  format: string | undefined,
  citations: readonly unknown[],
): string | undefined {
  const isPlain = format?.toLowerCase() === 'plain';
  const answer = isPlain ? text : text?.replace(citeDefinition, '');
  if (answer === undefined || citations.length === 0) return answer;
  const cited = new Set(
    [...answer.matchAll(/\[([\d, ]{1,50})\]/g)].flatMap(([found]) => found.match(/\d+/g) ?? []),
  );
  const lines = new Map<number, string>();
  for (const one of citations) {
    const found = citation.safeParse(one);
    if (!found.success) continue;
    const { position, appearance } = found.data;
    const mark = `[${position}]`;
    if (lines.has(position) || !cited.has(`${position}`) || answer.includes(`${mark}:`)) continue;
    const name = cleanText(appearance.name ?? '', 'line').trim();
    const url = appearance.url?.trim() ?? '';
    const source = isPlain ? [name, url].filter(hasVisibleText).join(': ') : linkTo(name, url);
    if (source !== '') lines.set(position, `${mark} ${source}`);
  }
  if (lines.size === 0) return answer;
  const sorted = [...lines].sort(([a], [b]) => a - b).map(([, line]) => line);
  return `${answer.trimEnd()}\n\n${sorted.join(isPlain ? '\n' : '  \n')}`;
}

function linkTo(name: string, url: string): string {
  const words = escapeText(name || url, { before: '[', after: ']', inLink: true });
  return url === '' ? words : `[${words}](<${url.replace(/[<>\s]/g, encodeURIComponent)}>)`;
}

import { z } from 'zod';
import { isObject } from '../../json.ts';
import { escapeText } from '../../richText/escapeMarkdown.ts';
import { cleanText, hasVisibleText } from '../../richText/text.ts';

/** A document that an answer cites as `[1]`. */
const citation = z.object({
  position: z.number().int().positive(),
  appearance: z.object({ name: z.string().optional(), url: z.string().optional() }),
});

/** What is read of an activity's entities: its citations. All else in them is for a client that knows them. */
export function citationsOf(entities: unknown): unknown[] {
  if (!Array.isArray(entities)) return [];
  return entities.flatMap((entity: unknown) =>
    isObject(entity) && Array.isArray(entity.citation) ? entity.citation : [],
  );
}

/** A definition that leads to a citation of the entities: `[1]: cite:1 "Citation-1"`. */
const citeDefinition = /^ {0,3}\[\d{1,3}\]:[ \t]*cite:[^\n]*$/gim;

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
  if (text === undefined || citations.length === 0) return text;
  const isPlain = format?.toLowerCase() === 'plain';
  const answer = isPlain ? text : text.replace(citeDefinition, '').trimEnd();
  const lines = new Map<number, string>();
  for (const one of citations) {
    const found = citation.safeParse(one);
    if (!found.success) continue;
    const { position, appearance } = found.data;
    const mark = `[${position}]`;
    if (lines.has(position) || !answer.includes(mark) || answer.includes(`${mark}:`)) continue;
    const name = cleanText(appearance.name ?? '', 'line').trim();
    const url = appearance.url?.trim() ?? '';
    const source = isPlain ? [name, url].filter(hasVisibleText).join(': ') : linkTo(name, url);
    if (source !== '') lines.set(position, `${mark} ${source}`);
  }
  if (lines.size === 0) return answer;
  const sorted = [...lines].sort(([a], [b]) => a - b).map(([, line]) => line);
  return `${answer}\n\n${sorted.join(isPlain ? '\n' : '  \n')}`;
}

function linkTo(name: string, url: string): string {
  const words = escapeText(name || url, { before: '[', after: ']', inLink: true });
  return url === '' ? words : `[${words}](<${url.replace(/[<>\s]/g, encodeURIComponent)}>)`;
}

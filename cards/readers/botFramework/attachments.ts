import { z } from 'zod';
import type { Component } from '../../card.ts';
import { parseJson } from '../../checks/plainJson.ts';
import { isObject } from '../../json.ts';
import { adaptiveCardOf } from './adaptive/adaptiveCard.ts';
import { basicCardOf, mediaCardOf, receiptCardOf, signinCardOf } from './basicCards.ts';
import { groupButtons, linkButton } from './buttons.ts';
import type { Conversion } from './conversion.ts';
import { cleanHtml } from './foreignMarkdown.ts';
import { listCardOf, officeCardOf } from './officeCard.ts';
import { pictureOf } from './pictures.ts';
import { anything, readObject, text } from './readFields.ts';
import { lineOf, markdownOf, ownMarkdownOf, plainOf } from './texts.ts';

/** The components of an attachment, before they are fitted into cards. */
export interface Converted {
  /** Goes into the card's template id: `hero` becomes `bot-framework-hero`. */
  kind: string;
  components: Component[];
  path: string;
}

type Convert = (content: unknown, path: string, conversion: Conversion) => Component[];

/** Content types of cards: `application/vnd.microsoft.card.` (for Teams `….teams.card.`) and one of these names. */
const cards = new Map<string, Convert>([
  ['hero', basicCardOf],
  ['thumbnail', basicCardOf],
  ['receipt', receiptCardOf],
  ['signin', signinCardOf],
  ['oauth', signinCardOf],
  ['animation', mediaCardOf],
  ['audio', mediaCardOf],
  ['video', mediaCardOf],
  ['adaptive', adaptiveCardOf],
  ['o365connector', officeCardOf],
  ['list', listCardOf],
]);
const cardType = /^application\/vnd\.microsoft\.(?:teams\.)?card\.([a-z\d]+)$/i;

const attachment = z.object({
  contentType: text,
  contentUrl: text,
  content: anything,
  name: text,
  thumbnailUrl: text,
});

/** Converts one attachment: a card, a picture, or a file as a link. */
export function convertAttachment(value: unknown, path: string, message: Conversion): Converted {
  const conversion: Conversion = { ...message, root: path };
  const found = readObject(attachment, value, path, conversion);
  const type = found?.contentType ?? '';
  const kind = cardType.exec(type)?.[1]?.toLowerCase() ?? '';
  const content = cardIn(found?.content);
  const isAdaptive = isObject(content) && content.type === 'AdaptiveCard';
  const convert = cards.get(kind) ?? (isAdaptive ? adaptiveCardOf : undefined);
  if (convert !== undefined) {
    return { kind: kind || 'adaptive', components: convert(content, `${path}.content`, conversion), path };
  }
  const texts =
    found === undefined ? undefined : textOf(type, found.content, found.contentUrl, path, conversion);
  if (texts !== undefined) return { kind: 'text', components: texts, path };
  if (found?.contentUrl === undefined) {
    // Of our own types only checked cards are shown, and those are read elsewhere.
    const isOurs = /^application\/vnd\.genesys\./i.test(type);
    const read = isObject(content) && !isOurs ? unknownCardOf(content, `${path}.content`, conversion) : [];
    if (read.length > 0) return { kind: 'unknown', components: read, path };
    if (found !== undefined) conversion.note(path, 'left out: Genesys has no such attachment');
    const what = isPicture(type, found?.name) ? conversion.words.noPicture : found?.name;
    return { kind: 'file', components: plainOf(what, `${path}.name`, conversion), path };
  }
  const { contentUrl, name, thumbnailUrl } = found;
  if (isPicture(type, contentUrl)) {
    return {
      kind: 'picture',
      components: pictureOf(contentUrl, name, `${path}.contentUrl`, conversion),
      path,
    };
  }
  const preview =
    thumbnailUrl === undefined
      ? []
      : pictureOf(thumbnailUrl, undefined, `${path}.thumbnailUrl`, conversion, name);
  const link = linkButton(
    lineOf(name, conversion) ?? conversion.words.open,
    contentUrl,
    `${path}.contentUrl`,
    conversion,
  );
  const shown =
    link === undefined ? plainOf(name, `${path}.name`, conversion) : groupButtons([link], path, conversion);
  return { kind: 'file', components: [...preview, ...shown], path };
}

/** Judges by the content type; where there is none, by the ending of the address. */
function isPicture(type: string, address: string | undefined): boolean {
  if (type !== '' && type !== 'application/octet-stream') return /^image(?:\/|$)/i.test(type);
  return /^[^?#]*\.(?:gif|png|jpe?g|webp)(?:[?#]|$)/i.test(address ?? '');
}

/** The content of a card; bots also send it as JSON text. */
function cardIn(content: unknown): unknown {
  if (typeof content !== 'string' || !/^\s{0,99}\{/.test(content)) return content;
  try {
    return parseJson(content, 'activity.invalid');
  } catch {
    return content;
  }
}

/** A card of a type that nobody knows: its title, text and buttons, where they are called as in a hero card. */
function unknownCardOf(content: object, path: string, conversion: Conversion): Component[] {
  const notes: Parameters<Conversion['note']>[] = [];
  const read = basicCardOf(content, path, { ...conversion, note: (...note) => notes.push(note) });
  if (read.length === 0) return [];
  conversion.note(path, 'read as a hero card: Genesys has no such card');
  for (const note of notes) conversion.note(...note);
  return read;
}

/** The components of a text file that came with its content; undefined for any other attachment. */
function textOf(
  type: string,
  content: unknown,
  contentUrl: string | undefined,
  path: string,
  conversion: Conversion,
): Component[] | undefined {
  const kind = /^text\/([\w.+-]{1,40})/i.exec(type)?.[1]?.toLowerCase();
  if (kind === undefined) return undefined;
  const [given, at] =
    typeof content === 'string' ? [content, `${path}.content`] : [dataIn(contentUrl), `${path}.contentUrl`];
  if (given === undefined) return undefined;
  if (kind === 'markdown' || kind === 'x-markdown') return markdownOf(given, at, conversion);
  const isHtml = kind === 'html' || kind === 'xml';
  return isHtml && !conversion.isPlain
    ? ownMarkdownOf(cleanHtml(given, at, conversion), at, conversion)
    : plainOf(given, at, conversion);
}

/** The text in a `data:` address. */
function dataIn(url: string | undefined): string | undefined {
  const [, coding, data = ''] =
    /^data:[^,;]{0,99}(?:;charset=[\w-]{1,20})?(;base64)?,(.*)$/is.exec(url ?? '') ?? [];
  try {
    if (data === '') return undefined;
    return coding === undefined ? decodeURIComponent(data) : Buffer.from(data, 'base64').toString('utf8');
  } catch {
    return undefined;
  }
}

import { z } from 'zod';
import type { Component } from '../../card.ts';
import { adaptiveCardOf } from './adaptive/adaptiveCard.ts';
import { basicCardOf, signinCardOf } from './basicCards.ts';
import { buttonGroups, linkButton } from './buttons.ts';
import type { Conversion } from './conversion.ts';
import { mediaCardOf } from './mediaCard.ts';
import { pictureOf } from './pictures.ts';
import { anything, readFields, text } from './readFields.ts';
import { receiptCardOf } from './receiptCard.ts';
import { lineOf } from './texts.ts';

/** What an attachment shows, before it is fitted into cards. */
export interface Converted {
  /** Goes into the card's template id: `hero` becomes `bot-framework-hero`. */
  kind: string;
  components: Component[];
  path: string;
}

type Convert = (content: unknown, path: string, conversion: Conversion) => Component[];

/** Content types of the Bot Framework's cards: `application/vnd.microsoft.card.` and one of these names. */
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
]);
const cardType = /^application\/vnd\.microsoft\.card\.([a-z]+)$/i;

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
  const found = readFields(attachment, value, path, conversion);
  const type = found?.contentType ?? '';
  const kind = cardType.exec(type)?.[1]?.toLowerCase() ?? '';
  const convert = cards.get(kind);
  if (convert !== undefined) {
    return { kind, components: convert(found?.content, `${path}.content`, conversion), path };
  }
  if (found?.contentUrl === undefined) {
    if (found !== undefined) conversion.note(path, 'left out: there is no such attachment here');
    return { kind: 'file', components: [], path };
  }
  const { contentUrl, name, thumbnailUrl } = found;
  if (/^image\//i.test(type)) {
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
    lineOf(name) ?? conversion.words.open,
    contentUrl,
    `${path}.contentUrl`,
    conversion,
  );
  return { kind: 'file', components: [...preview, ...buttonGroups([link], path, conversion)], path };
}

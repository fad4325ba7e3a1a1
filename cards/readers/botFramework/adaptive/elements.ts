import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { limits } from '../../../limits.ts';
import { writeMarkdown } from '../../../richText/blocks.ts';
import { nest, type Piece, piece, type Style, tidy } from '../../../richText/pieces.ts';
import { checkUrl } from '../../../richText/urlPolicy.ts';
import { groupButtons, linkButton } from '../buttons.ts';
import { carouselOf } from '../fitCards.ts';
import { pictureOf } from '../pictures.ts';
import {
  anything,
  encodeWrittenUrl,
  type Fields,
  flag,
  list,
  readEach,
  readFields,
  text,
} from '../readFields.ts';
import { type Fact, factsOf, lineOf, markdownOf, ownMarkdownOf, titleOf } from '../texts.ts';
import { selectButtons } from './actions.ts';
import { type AdaptiveConversion, keepVisiblePart, notShown, readWords, writeDates } from './adaptive.ts';

const textBlock = z.object({ text, style: text, size: text, weight: text });
/** With its marks; a longer text is no title, however it looks. */
const longestTitle = 300;
const largeSizes = new Set(['large', 'extralarge']);

/** A TextBlock: a title if it looks like one, else a text. */
export function textBlockOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const block = readFields(textBlock, value, path, conversion, notShown);
  const written = writeDates(block.text ?? '', conversion.locale);
  const [style, size, weight] = [block.style, block.size, block.weight].map((key) => key?.toLowerCase());
  const isLarge = largeSizes.has(size ?? '');
  const isTitle = style === 'heading' || isLarge || (size === 'medium' && weight === 'bolder');
  if (isTitle && written.length <= longestTitle) {
    return titleOf(
      readWords(block.text, `${path}.text`, conversion),
      `${path}.text`,
      conversion,
      isLarge ? 'large' : 'bold',
    );
  }
  const isOneLine = written.trim() !== '' && !/[\n*_]/.test(written);
  return markdownOf(
    weight === 'bolder' && isOneLine && !conversion.isPlain ? `**${written.trim()}**` : written,
    `${path}.text`,
    conversion,
  );
}

const richTextBlock = z.object({ inlines: list });
const textRun = z.object({
  text,
  weight: text,
  italic: flag,
  strikethrough: flag,
  selectAction: anything,
});
/** A RichTextBlock: one text whose runs keep bold, italic, strike and links. */
export function richTextBlockOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const block = readFields(richTextBlock, value, path, conversion, notShown);
  const buttons: Component[] = [];
  let endsOnBlank = true;
  const pieces = block.inlines.flatMap((inline, i): Piece[] => {
    const at = `${path}.inlines[${i}]`;
    const visible = keepVisiblePart(typeof inline === 'string' ? { text: inline } : inline, at, conversion);
    const run =
      visible === undefined ? undefined : readFields(textRun, visible.part, at, conversion, notShown);
    if (run?.text === undefined) return [];
    buttons.push(...selectButtons(run.selectAction, at, run.text, conversion));
    const written = writeDates(run.text, conversion.locale).replace(/(?<![^\S\r\n])[^\S\r\n]+$/, ' ');
    // Blanks of two neighbours are one, as the reference draws them.
    const words = written.replace(/^[^\S\r\n]+/, endsOnBlank ? '' : ' ');
    if (words !== '') endsOnBlank = /\s$/.test(words);
    return runPieces(words, {
      link: '',
      strong: run.weight?.toLowerCase() === 'bolder',
      emphasis: run.italic === true,
      delete: run.strikethrough === true,
    });
  });
  const words = conversion.isPlain
    ? pieces.map(({ value }) => value).join('')
    : writeMarkdown({ type: 'root', children: [{ type: 'paragraph', children: nest(tidy(pieces)) }] });
  return [...ownMarkdownOf(words, `${path}.inlines`, conversion), ...buttons];
}

function runPieces(text: string, style: Style): Piece[] {
  return text
    .split(/\r\n?|\n/)
    .flatMap((line, i) =>
      i === 0 ? [piece.text(line, style)] : [piece.lineBreak(true, style), piece.text(line, style)],
    );
}

const factSet = z.object({ facts: list });
const fact = z.object({ title: text, value: text });

/** A FactSet: facts in plain text. */
export function factSetOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const set = readFields(factSet, value, path, conversion, notShown);
  const given = readEach(fact, set.facts, `${path}.facts`, conversion, notShown);
  const facts = given.map(({ title, value, at }): Fact => {
    const [label, words] = [title, value].map((markdown) => readWords(markdown, at, conversion));
    return { label, value: words, path: at };
  });
  return factsOf(facts, `${path}.facts`, conversion);
}

const image = z.object({ url: text, altText: text, selectAction: anything });
/** An Image: a picture, and a button for its `selectAction`. */
export function imageOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const found = readFields(image, value, path, conversion, notShown);
  const picture = pictureOf(found.url, found.altText, `${path}.url`, conversion);
  return [
    ...picture,
    ...selectButtons(found.selectAction, path, lineOf(found.altText, conversion), conversion),
  ];
}

const imageSet = z.object({ images: list });

/** An ImageSet: a carousel of its pictures. */
export function imageSetOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const set = readFields(imageSet, value, path, conversion, notShown);
  const images = set.images.flatMap((entry, i) => {
    const found = keepVisiblePart(entry, `${path}.images[${i}]`, conversion);
    return found === undefined ? [] : [imageOf(found.part, found.at, conversion)];
  });
  return picturesOf(images, path, conversion) ?? images.flat();
}

/**
 * Pictures side by side: a carousel. Those that answer are the buttons of a card, or quick replies when they are many.
 * Undefined when there is anything but pictures, each with at most one button.
 */
export function picturesOf(
  cells: readonly Component[][],
  path: string,
  conversion: AdaptiveConversion,
): Component[] | undefined {
  const arePictures = cells.every(
    ([picture, button, ...more]) =>
      picture?.type === 'image' &&
      (button === undefined || button.type === 'buttonGroup') &&
      more.length === 0,
  );
  if (cells.length < 2 || !arePictures) return undefined;
  const buttons = cells.flatMap(([, group]) => (group?.type === 'buttonGroup' ? group.buttons : []));
  const answers = buttons.filter(({ action }) => action !== 'openUrl');
  if (answers.length < cells.length || answers.length > limits.quickReplies.max) return carouselOf(cells);
  conversion.note(path, 'pictures that answer are shown by their names');
  if (answers.length <= limits.buttons.max) return groupButtons(answers, path, conversion);
  return [{ type: 'quickReplies', replies: answers.map(({ label, payload }) => ({ label, payload })) }];
}

const media = z.object({ sources: list, poster: text, altText: text });
const source = z.object({ url: text });

/** A Media: its poster, and its first source that is allowed as a link. */
export function mediaOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const found = readFields(media, value, path, conversion, notShown);
  const sources = readEach(source, found.sources, `${path}.sources`, conversion, notShown).filter(
    ({ url }) => url !== undefined,
  );
  const isAllowed = (url: string | undefined) =>
    checkUrl(encodeWrittenUrl(url), 'link', conversion.policy).ok;
  const chosen = sources.find(({ url }) => isAllowed(url)) ?? sources[0];
  if (sources.length > 1) conversion.note(`${path}.sources`, 'only one source is linked');
  const poster =
    found.poster === undefined ? [] : pictureOf(found.poster, found.altText, `${path}.poster`, conversion);
  const label = [conversion.words.play, lineOf(found.altText, conversion)].filter(Boolean).join(': ');
  return [
    ...poster,
    ...groupButtons(
      [linkButton(label, chosen?.url, chosen?.at ?? `${path}.sources`, conversion)],
      path,
      conversion,
    ),
  ];
}

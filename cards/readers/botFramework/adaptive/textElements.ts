import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { blocksOf, writeMarkdown } from '../../../richText/blocks.ts';
import { escapeLineStart } from '../../../richText/escapeMarkdown.ts';
import { nest, type Piece, piece, type Style, tidy } from '../../../richText/pieces.ts';
import { writePlain } from '../../../richText/plainDialect.ts';
import { cleanForeign } from '../foreignMarkdown.ts';
import {
  anything,
  type Fields,
  flag,
  formal,
  list,
  look,
  type NotShown,
  readEach,
  readFields,
  text,
} from '../readFields.ts';
import { type Fact, factsOf, markdownOf, titleOf } from '../texts.ts';
import { selectButtons } from './actions.ts';
import { type AdaptiveConversion, keepVisiblePart, ofEveryElement } from './adaptive.ts';

const dateFunction =
  /\{\{(DATE|TIME)\( {0,3}([^ ,(){}]{20,25}) {0,3}(?:, {0,3}(COMPACT|SHORT|LONG) {0,3})?\)\}\}/g;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})$/;

const formats: Record<string, Intl.DateTimeFormatOptions> = {
  COMPACT: { dateStyle: 'short' },
  SHORT: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  LONG: { dateStyle: 'full' },
  TIME: { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' },
};

/**
 * Writes out `{{DATE(2026-11-23T06:08:39Z, SHORT)}}` and `{{TIME(…)}}`, which Adaptive Cards leave to the client. The
 * customer's time zone is not known on our side: times are UTC and say so.
 *
 * Source: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
export function writeDates(text: string, locale: string): string {
  if (!text.includes('{{')) return text;
  return text.replace(dateFunction, (whole, kind: string, when: string, form: string | undefined) => {
    const time = moment.test(when) ? Date.parse(when) : Number.NaN;
    if (Number.isNaN(time)) return whole;
    const format = formats[kind === 'TIME' ? 'TIME' : (form ?? 'COMPACT')];
    return new Intl.DateTimeFormat(locale, { ...format, timeZone: 'UTC' }).format(time);
  });
}

const textLooks: NotShown = {
  ...ofEveryElement,
  color: look,
  isSubtle: look,
  fontType: look,
  maxLines: look,
  wrap: look,
  size: look,
  weight: look,
};
const textBlock = z.object({ text, style: text, size: text, weight: text });
/** With its marks; a longer text is no title, however it looks. */
const longestTitle = 300;
const largeSizes = new Set(['large', 'extralarge']);

/** A TextBlock: a title if it looks like one, else a text. */
export function textBlockOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const block = readFields(textBlock, value, path, conversion, textLooks);
  const written = writeDates(block.text ?? '', conversion.locale);
  const [style, size, weight] = [block.style, block.size, block.weight].map((key) => key?.toLowerCase());
  const isLarge = largeSizes.has(size ?? '');
  const isTitle = style === 'heading' || isLarge || (size === 'medium' && weight === 'bolder');
  if (isTitle && written.length <= longestTitle) {
    return titleOf(
      readPlainWords(written, `${path}.text`, conversion),
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

/** The words of a Markdown text, of which one line may begin with a sign or number, for it stands where no list can be. */
export function readPlainWords(markdown: string, path: string, conversion: AdaptiveConversion): string {
  const line = markdown.slice(0, 10_000).trim();
  if (conversion.isPlain) return line;
  const written = line.includes('\n') ? line : escapeLineStart(line);
  return writePlain(blocksOf(cleanForeign(written, path, conversion)));
}

const richTextBlock = z.object({ inlines: list });
const textRun = z.object({
  text,
  weight: text,
  italic: flag,
  strikethrough: flag,
  selectAction: anything,
});
const runLooks: NotShown = { ...textLooks, type: formal, underline: look, highlight: look };

/** A RichTextBlock: one text whose runs keep bold, italic, strike and links. */
export function richTextBlockOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const block = readFields(richTextBlock, value, path, conversion, ofEveryElement);
  const buttons: Component[] = [];
  let endsOnBlank = true;
  const pieces = block.inlines.flatMap((inline, i): Piece[] => {
    const at = `${path}.inlines[${i}]`;
    const visible = keepVisiblePart(typeof inline === 'string' ? { text: inline } : inline, at, conversion);
    const run =
      visible === undefined ? undefined : readFields(textRun, visible.part, at, conversion, runLooks);
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
  return [...markdownOf(words, `${path}.inlines`, conversion), ...buttons];
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
  const set = readFields(factSet, value, path, conversion, ofEveryElement);
  const given = readEach(fact, set.facts, `${path}.facts`, conversion, { type: formal, lang: look });
  const facts = given.map(({ title, value, at }): Fact => {
    const [label, words] = [title, value].map((markdown) =>
      readPlainWords(writeDates(markdown ?? '', conversion.locale), at, conversion),
    );
    return { label, value: words, path: at };
  });
  return factsOf(facts, `${path}.facts`, conversion);
}

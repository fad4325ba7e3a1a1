import type { Component } from '../../card.ts';
import { chunksOf } from '../../components/componentTypes.ts';
import { limits } from '../../limits.ts';
import { breakAddresses } from '../../richText/bareAddresses.ts';
import { escapeLineStart, escapeMarkdown } from '../../richText/escapeMarkdown.ts';
import { shorten, splitMarkdown, splitText } from '../../richText/fitText.ts';
import { cleanMarkdown } from '../../richText/markdown.ts';
import { cleanText, hasVisibleText } from '../../richText/text.ts';
import type { Conversion } from './conversion.ts';
import { cleanForeign, cleanHtml, plainWordsOf } from './foreignMarkdown.ts';

type HeaderStyle = 'bold' | 'large';

/** A title from plain text; one that is too long for a title becomes a bold text. */
export function titleOf(
  value: string | undefined,
  path: string,
  conversion: Conversion,
  style: HeaderStyle = 'bold',
): Component[] {
  const line = lineOf(value, conversion);
  if (line === undefined) return [];
  const text = breakAddresses(line, conversion.policy);
  if (text.length <= limits.title.max) return [{ type: 'header', text, style }];
  conversion.note(path, `shown as a text: a title has at most ${limits.title.max} characters`);
  if (conversion.isPlain) return createPlainBodies(text, path, conversion);
  return escapePieces(text, path, conversion).flatMap((piece) =>
    ownMarkdownOf(`**${piece}**`, path, conversion),
  );
}

/** Texts from Markdown. */
export function markdownOf(value: string | undefined, path: string, conversion: Conversion): Component[] {
  if (conversion.isPlain) return createPlainBodies(value ?? '', path, conversion);
  return cleanPieces(value ?? '', limits.body.max, path, conversion).map(createBody);
}

/** Texts from plain text: Markdown, so that they can stand in one text with others. */
export function plainOf(value: string | undefined, path: string, conversion: Conversion): Component[] {
  if (conversion.isPlain) return createPlainBodies(value ?? '', path, conversion);
  return escapePieces(plainWordsOf(value ?? '', conversion), path, conversion).flatMap((piece) =>
    ownMarkdownOf(piece, path, conversion),
  );
}

/** Texts from our own Markdown, which is not to be read as that of another bot. */
export function ownMarkdownOf(markdown: string, path: string, conversion: Conversion): Component[] {
  if (conversion.isPlain) return createPlainBodies(markdown, path, conversion);
  const { text } = cleanMarkdown(markdown, conversion.policy);
  return splitClean(text, limits.body.max, path, conversion).map(createBody);
}

const createBody = (text: string): Component => ({ type: 'body', text, markdown: true });

function createPlainBodies(value: string, path: string, conversion: Conversion): Component[] {
  return splitPlainText(value, limits.body.max, path, conversion).map((text) => ({ type: 'body', text }));
}

/** Plain text in pieces of at most `max` characters; empty when there is nothing to see. */
function splitPlainText(value: string, max: number, path: string, conversion: Conversion): string[] {
  const text = breakAddresses(cleanText(value, 'block'), conversion.policy);
  const pieces = splitText(text, max).filter(hasVisibleText);
  if (pieces.length > 1) conversion.note(path, `split: a text has at most ${max} characters`);
  return pieces;
}

/** Plain text as Markdown, in pieces that are short enough: split before it is escaped, so that no escape is cut. */
function escapePieces(text: string, path: string, conversion: Conversion): string[] {
  const marks = 4;
  const escaped = escapeMarkdown(text);
  if (escaped.length <= limits.body.max - marks) return [escaped];
  conversion.note(path, `split: a text has at most ${limits.body.max} characters`);
  return splitText(text, Math.ceil(text.length / 2)).flatMap((piece) =>
    escapePieces(piece, path, conversion),
  );
}

/**
 * Brings the Markdown of another bot to our form in pieces of at most `max` characters; empty when there is nothing to see.
 */
function cleanPieces(value: string, max: number, path: string, conversion: Conversion): string[] {
  const line = value.trim();
  const markdown = lonelyAmount.test(line) ? escapeLineStart(line) : line;
  return splitMarkdown(markdown, limits.fieldText.max).flatMap((part) =>
    splitClean(cleanForeign(part, path, conversion), max, path, conversion),
  );
}

/** Our own Markdown in pieces. Each is cleaned again, because a cut may part marks. */
function splitClean(text: string, max: number, path: string, conversion: Conversion): string[] {
  if (text.length <= max) return hasVisibleText(text) ? [text] : [];
  conversion.note(path, `split: a text has at most ${max} characters`);
  const size = Math.max(1, Math.min(Math.floor(max * 0.9), Math.floor(text.length / 2)));
  return splitMarkdown(text, size).flatMap((piece) =>
    splitClean(cleanMarkdown(piece, conversion.policy).text, max, path, conversion),
  );
}

/** The sign of an amount that stands alone is not the mark of a list, and a plus never is one. */
const lonelyAmount = /^\+ [^\n]*$|^[-+] ?\s{0,3}(?:\p{Sc}|[A-Z]{3} )?\s{0,3}\d[^\n]*$/u;

/** A value behind its label, with one colon. */
export function joinLabel(label: string, value: string): string {
  return `${withoutColon(label)}: ${value}`;
}

/** A label to which a colon is added where it stands before its value. */
function withoutColon(label: string): string {
  return label.replace(/\s{0,9}[:：]\s{0,9}$/, '') || label;
}

/** One line of plain text; undefined when there is nothing to see. */
export function lineOf(value: string | undefined, conversion: Conversion): string | undefined {
  const line = cleanText(plainWordsOf(value ?? '', conversion), 'line').trim();
  return hasVisibleText(line) ? line : undefined;
}

/** One line of plain text that has a limit; a longer one is cut and noted. */
export function shortenLine(
  value: string | undefined,
  limit: 'label' | 'altText' | 'factLabel' | 'factValue',
  path: string,
  conversion: Conversion,
): string | undefined {
  const line = lineOf(value, conversion);
  if (line === undefined) return undefined;
  const { max } = limits[limit];
  const text = breakAddresses(line, conversion.policy);
  if (text.length > max) conversion.note(path, `shortened to ${max} characters`);
  return shorten(text, max);
}

/** A text without a card. */
export interface TextDraft {
  text: string;
  /** Our canonical Markdown; else plain. */
  markdown: boolean;
}

/**
 * The texts of a message, each within `limits.text`.
 *
 * @param format - `markdown` (also for a format that is not known), `plain` or `xml`.
 */
export function listTexts(
  value: string | undefined,
  format: string | undefined,
  path: string,
  conversion: Conversion,
): TextDraft[] {
  const { max } = limits.text;
  const given = value ?? '';
  if (conversion.isPlain || format?.toLowerCase() === 'plain')
    return splitPlainText(given, max, path, conversion).map((text) => ({ text, markdown: false }));
  const pieces =
    format?.toLowerCase() === 'xml'
      ? splitClean(cleanHtml(given, path, conversion), max, path, conversion)
      : cleanPieces(given, max, path, conversion);
  return pieces.map((text) => ({ text, markdown: true }));
}

/** A label with its value, as plain text, and where it stands. */
export interface Fact {
  label: string | undefined;
  value: string | undefined;
  path: string;
}

/** Facts, ten in a component. A dash stands for a missing label or value. */
export function factsOf(facts: readonly Fact[], path: string, conversion: Conversion): Component[] {
  const items = facts.flatMap(({ label, value, path: at }) => {
    const [first, second] = [
      shortenLine(label === undefined ? undefined : withoutColon(label), 'factLabel', at, conversion),
      shortenLine(value, 'factValue', at, conversion),
    ];
    if (first === undefined && second === undefined) return [];
    return [{ label: first ?? '–', value: second ?? '–' }];
  });
  const { max } = limits.facts;
  if (items.length > max) conversion.note(path, `split into groups of ${max}`);
  return chunksOf(items, max).map((group) => ({ type: 'facts', items: group }));
}

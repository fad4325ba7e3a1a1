import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { isObject } from '../../../json.ts';
import { blocksOf } from '../../../richText/blocks.ts';
import { escapeLineStart, escapeMarkdown } from '../../../richText/escapeMarkdown.ts';
import { writePlain } from '../../../richText/plainDialect.ts';
import { areCards, carouselOf, isCard } from '../fitCards.ts';
import { anything, type Fields, flag, list, readFields } from '../readFields.ts';
import { type Fact, factsOf, ownMarkdownOf } from '../texts.ts';
import { readClickable } from './actions.ts';
import { type AdaptiveConversion, keepVisiblePart, notShown } from './adaptive.ts';
import { picturesOf, textBlockOf } from './elements.ts';

/** Stands between texts that stood side by side. */
const between = ' · ';

const columnSet = z.object({ columns: list, selectAction: anything });
const container = z.object({ items: list, selectAction: anything });

/** A Container, Column or TableCell: its items, then the button of its `selectAction`. */
export function containerOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const found = readFields(container, value, path, conversion, notShown);
  return readClickable(conversion.draw(found.items, `${path}.items`), found.selectAction, path, conversion);
}

/** The components of each Column, TableCell or page of a Carousel. */
function cellsOf(cells: readonly unknown[], path: string, conversion: AdaptiveConversion): Component[][] {
  return cells.map((cell, i) => {
    const visible = keepVisiblePart(cell, `${path}[${i}]`, conversion);
    return visible === undefined ? [] : containerOf(visible.part, visible.at, conversion);
  });
}

/** A ColumnSet: a line for each row when its columns have equally many, else its columns one below the other. */
export function columnSetOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const set = readFields(columnSet, value, path, conversion, notShown);
  const filled = cellsOf(set.columns, `${path}.columns`, conversion).filter((cell) => cell.length > 0);
  const shown =
    picturesOf(filled, path, conversion) ??
    rowOf(withEmptyLines(set.columns, filled, path, conversion), path, conversion);
  return readClickable(shown, set.selectAction, path, conversion);
}

/** The columns with a dash for each empty text, where they have equally many texts: an empty one keeps its row, too. */
function withEmptyLines(
  columns: readonly unknown[],
  filled: Component[][],
  path: string,
  conversion: AdaptiveConversion,
): Component[][] {
  const texts = columns.map((column) => {
    const items = isObject(column) && Array.isArray(column.items) ? column.items : [];
    return items.every((item) => isObject(item) && item.type === 'TextBlock' && item.isVisible !== false)
      ? items
      : [];
  });
  const count = texts[0]?.length ?? 0;
  if (count < 2 || filled.length < texts.length || texts.some(({ length }) => length !== count))
    return filled;
  const drawn = texts.map((items, i) =>
    items.map((item, j) => textBlockOf(item, `${path}.columns[${i}].items[${j}]`, conversion)),
  );
  const empty: Component = { type: 'body', text: nothing, markdown: true };
  const isUsed = (line: number): boolean => drawn.some((cells) => (cells[line]?.length ?? 0) > 0);
  return drawn.map((cells) =>
    cells.flatMap((cell, line) => (cell.length > 0 ? cell : isUsed(line) ? [empty] : [])),
  );
}

const pageSet = z.object({ pages: list, selectAction: anything });

/** A Carousel: a carousel of its pages. */
export function pagesOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const set = readFields(pageSet, value, path, conversion, notShown);
  const drawn = cellsOf(set.pages, `${path}.pages`, conversion).filter((page) => page.length > 0);
  const pages = drawn.flat().some(({ type }) => type === 'quickReplies') ? drawn.flat() : carouselOf(drawn);
  return readClickable(pages, set.selectAction, path, conversion);
}

/** Documented as `firstRowAsHeader`; the JavaScript renderer reads `firstRowAsHeaders`. */
const table = z.object({ rows: list, firstRowAsHeader: flag, firstRowAsHeaders: flag });
const tableRow = z.object({ cells: list });

/** A Table: with two columns facts, else a line for each row; its first row is bold unless it is no header. */
export function tableOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const found = readFields(table, value, path, conversion, notShown);
  const rows = found.rows.flatMap((entry, i) => {
    const visible = keepVisiblePart(entry, `${path}.rows[${i}]`, conversion);
    if (visible === undefined) return [];
    const { part, at } = visible;
    const row = readFields(tableRow, part, at, conversion, notShown);
    return [{ at, cells: inOneLine(cellsOf(row.cells, `${at}.cells`, conversion)) }];
  });
  const width = Math.max(...rows.map(({ cells }) => cells.length), 0);
  const isUsed = (column: number): boolean => rows.some(({ cells }) => (cells[column]?.length ?? 0) > 0);
  const used = Array.from({ length: width }, (_, column) => column).filter(isUsed);
  for (const row of rows) row.cells = used.flatMap((column) => row.cells.slice(column, column + 1));
  const hasHeader = (found.firstRowAsHeader ?? found.firstRowAsHeaders) !== false;
  const header = hasHeader ? rows.shift() : undefined;
  const facts = rows.map(({ at, cells }) => factOf(cells, at));
  const heading = header === undefined ? [] : rowOf(header.cells, header.at, conversion, '**');
  if (facts.length > 0 && facts.every((fact) => fact !== undefined)) {
    return [...heading, ...factsOf(facts, `${path}.rows`, conversion)];
  }
  const shown = rows.map(({ at, cells }) => rowOf(cells, at, conversion));
  return [
    ...heading,
    ...shown.flatMap((row): Component[] => (isCard(row) ? [{ type: 'section', components: row }] : row)),
  ];
}

/** Cells of which some have one line of text, and others several: these become one line, too. */
function inOneLine(cells: Component[][]): Component[][] {
  const lines = cells.map(linesIn);
  const counts = new Set(lines.map((some) => some?.length).filter((count) => count !== 0));
  if (!counts.has(1) || counts.has(undefined)) return cells;
  return cells.map((cell, i) =>
    cell.length < 2 ? cell : [{ type: 'body', text: lines[i]?.join(' ') ?? '', markdown: true }],
  );
}

/** An empty cell among others. */
const nothing = '–';

function factOf(cells: readonly Component[][], path: string): Fact | undefined {
  const [label, value] = cells.map((cell) => (cell.length === 0 ? '' : lineIn(cell)));
  if (cells.length !== 2 || label === undefined || value === undefined) return undefined;
  return { label: writePlain(blocksOf(label)), value: writePlain(blocksOf(value)), path };
}

/** Cells side by side: a line for each of their rows when they have equally many lines, else one below the other. */
function rowOf(
  cells: readonly Component[][],
  path: string,
  conversion: AdaptiveConversion,
  mark = '',
): Component[] {
  const filled = cells.filter((cell) => cell.length > 0);
  const lines = cells.map((cell) => (cell.length === 0 ? [] : linesIn(cell)));
  const count = Math.max(...lines.map((some) => some?.length ?? 0), 0);
  const areRows = lines.every((some) => some !== undefined && (some.length === count || some.length === 0));
  if (areCards(filled)) return carouselOf(filled);
  const others = filled.filter((cell) =>
    cell.every(({ type }) => type === 'image' || type === 'buttonGroup'),
  );
  if (others.length > 0 && filled.length - others.length > 1) {
    const texts = rowOf(
      cells.filter((cell) => !others.includes(cell)),
      path,
      conversion,
      mark,
    );
    const [before, behind] = [others.filter(isPictures), others.filter((cell) => !isPictures(cell))];
    const isFirst = filled[0] !== undefined && before.includes(filled[0]);
    return isFirst ? [...before.flat(), ...texts, ...behind.flat()] : [...texts, ...others.flat()];
  }
  // A first cell alone may be the title of rows; any other keeps its place among empty ones.
  const isAlone = filled.length < 2 && (cells[0]?.length ?? 0) > 0;
  if (isAlone || filled.length === 0 || !areRows) return filled.flat();
  return Array.from({ length: count }, (_, i) => {
    const row = lines.map((some) => some?.[i] ?? nothing);
    if (mark === '' || conversion.isPlain) return ownMarkdownOf(joinCells(row), path, conversion);
    return ownMarkdownOf(`${mark}${joinCells(row).replaceAll('**', '')}${mark}`, path, conversion);
  }).flat();
}

const isPictures = (cell: readonly Component[]): boolean => cell.every(({ type }) => type === 'image');

/** A label with a colon needs no sign before its value. */
function joinCells(lines: readonly string[]): string {
  return lines.reduce((row, line) => `${row}${/[:：]\**$/.test(row) ? ' ' : between}${line}`);
}

/** The Markdown of a cell that is one line of text. */
function lineIn(cell: readonly Component[]): string | undefined {
  const lines = linesIn(cell);
  return lines?.length === 1 ? lines[0] : undefined;
}

/** The Markdown of a cell's texts, each of which is one line; undefined when there is anything else in it. */
function linesIn(cell: readonly Component[]): string[] | undefined {
  const lines = cell.map((one) => {
    if (one.type === 'header') return `**${escapeMarkdown(one.text)}**`;
    if (one.type !== 'body' || one.text.includes('\n')) return undefined;
    // A line that is a list of its own cannot stand behind others.
    return escapeLineStart(one.text);
  });
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

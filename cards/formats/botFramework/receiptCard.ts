import { z } from 'zod';
import type { Button, Component } from '../../card.ts';
import { buttonGroups } from './buttons.ts';
import { cardActionButton, tapButton } from './cardAction.ts';
import type { Conversion } from './conversion.ts';
import { type Fact, factsOf } from './facts.ts';
import { anything, list, readFields, text } from './readFields.ts';
import { lineOf, titleOf } from './texts.ts';

const receiptCard = z.object({
  title: text,
  facts: list,
  items: list,
  tap: anything,
  total: text,
  tax: text,
  vat: text,
  buttons: list,
});
const receiptFact = z.object({ key: text, value: text });
const receiptItem = z.object({
  title: text,
  subtitle: text,
  text,
  price: text,
  quantity: text,
  tap: anything,
});

/** ReceiptCard: its facts, its items with their prices, and its sums as facts. */
export function receiptCardOf(content: unknown, path: string, c: Conversion): Component[] {
  const card = readFields(receiptCard, content, path, c);
  if (card === undefined) return [];
  const buttons = card.buttons.map((button, i) => cardActionButton(button, `${path}.buttons[${i}]`, c));
  const taps: (Button | undefined)[] = [];
  const facts = card.facts.flatMap((value, i): Fact[] => {
    const at = `${path}.facts[${i}]`;
    const fact = readFields(receiptFact, value, at, c);
    return fact === undefined ? [] : [{ label: fact.key, value: fact.value, path: at }];
  });
  const items = card.items.flatMap((value, i): Fact[] => {
    const at = `${path}.items[${i}]`;
    const item = readFields(receiptItem, value, at, c, { image: 'the items of a receipt are lines of text' });
    if (item === undefined) return [];
    taps.push(tapButton(item.tap, `${at}.tap`, [...buttons, ...taps], item.title, c));
    const quantity = lineOf(item.quantity);
    const label = joined([item.title, quantity === undefined ? undefined : `× ${quantity}`], ' ');
    return [{ label, value: joined([item.price, item.subtitle, item.text], ' · '), path: at }];
  });
  const sums: Fact[] = [
    { label: c.words.tax, value: card.tax, path: `${path}.tax` },
    { label: c.words.vat, value: card.vat, path: `${path}.vat` },
    { label: c.words.total, value: card.total, path: `${path}.total` },
  ];
  taps.push(tapButton(card.tap, `${path}.tap`, [...buttons, ...taps], card.title, c));
  return [
    ...titleOf(card.title, `${path}.title`, c),
    ...factsOf(facts, `${path}.facts`, c),
    ...factsOf(items, `${path}.items`, c),
    ...factsOf(
      sums.filter((sum) => lineOf(sum.value) !== undefined),
      path,
      c,
    ),
    ...buttonGroups([...buttons, ...taps], `${path}.buttons`, c),
  ];
}

function joined(texts: readonly (string | undefined)[], separator: string): string {
  return texts
    .map(lineOf)
    .filter((line) => line !== undefined)
    .join(separator);
}

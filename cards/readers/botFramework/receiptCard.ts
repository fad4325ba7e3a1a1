import { z } from 'zod';
import type { Component } from '../../card.ts';
import { groupButtons, type Offer } from './buttons.ts';
import { readCardActionButtons, tapButton } from './cardAction.ts';
import type { Conversion } from './conversion.ts';
import { type Fact, factsOf } from './facts.ts';
import { anything, list, readEach, readObject, text } from './readFields.ts';
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
export function receiptCardOf(content: unknown, path: string, conversion: Conversion): Component[] {
  const card = readObject(receiptCard, content, path, conversion);
  if (card === undefined) return [];
  const buttons = readCardActionButtons(card.buttons, `${path}.buttons`, conversion);
  const taps: (Offer | undefined)[] = [];
  const facts = readEach(receiptFact, card.facts, `${path}.facts`, conversion).map(
    ({ key, value, at }): Fact => ({ label: key, value, path: at }),
  );
  const items = readEach(receiptItem, card.items, `${path}.items`, conversion, {
    image: 'the items of a receipt are lines of text',
  }).map(({ at, ...item }): Fact => {
    taps.push(tapButton(item.tap, `${at}.tap`, [...buttons, ...taps], item.title, conversion));
    const quantity = lineOf(item.quantity, conversion);
    const label = joinShown(
      [item.title, quantity === undefined ? undefined : `× ${quantity}`],
      ' ',
      conversion,
    );
    return { label, value: joinShown([item.price, item.subtitle, item.text], ' · ', conversion), path: at };
  });
  const sums: Fact[] = [
    { label: conversion.words.tax, value: card.tax, path: `${path}.tax` },
    { label: conversion.words.vat, value: card.vat, path: `${path}.vat` },
    { label: conversion.words.total, value: card.total, path: `${path}.total` },
  ];
  taps.push(tapButton(card.tap, `${path}.tap`, [...buttons, ...taps], card.title, conversion));
  return [
    ...titleOf(card.title, `${path}.title`, conversion),
    ...factsOf(facts, `${path}.facts`, conversion),
    ...factsOf(items, `${path}.items`, conversion),
    ...factsOf(
      sums.filter((sum) => lineOf(sum.value, conversion) !== undefined),
      path,
      conversion,
    ),
    ...groupButtons([...buttons, ...taps], `${path}.buttons`, conversion),
  ];
}

function joinShown(
  texts: readonly (string | undefined)[],
  separator: string,
  conversion: Conversion,
): string {
  return texts
    .map((text) => lineOf(text, conversion))
    .filter((line) => line !== undefined)
    .join(separator);
}

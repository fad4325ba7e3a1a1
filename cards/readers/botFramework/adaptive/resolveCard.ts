import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import type * as AdaptiveCards from 'adaptivecards';
import { isObject } from '../../../json.ts';
import { makeLazily } from '../../../lazily.ts';
import type { Conversion } from '../conversion.ts';
import type { Fields } from '../readFields.ts';

type Package = Pick<
  typeof AdaptiveCards,
  'AdaptiveCard' | 'GlobalSettings' | 'HostConfig' | 'SerializationContext'
>;

/**
 * Microsoft's `adaptivecards`, loaded when the first Adaptive Card is read: it takes 0.1 s. Its bundle is written for
 * browsers, so it is given a `self` of its own; reading a card needs no document.
 */
const loadAdaptiveCards = makeLazily((): Package => {
  const file = fileURLToPath(import.meta.resolve('#vendor/adaptivecards.js'));
  const module: { exports: Package | undefined } = { exports: undefined };
  const run = compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'self'], { filename: file });
  run(module, {}, {});
  if (module.exports === undefined) throw new Error('The bundle of adaptivecards exports nothing.');
  return module.exports;
});

type Draft = Record<string, unknown>;

/** An Adaptive Card as the reference parser understands it. */
export interface ResolvedCard {
  readonly card: Fields;
  /** Where an object stands in the activity that a `fallback` put in another place. */
  readonly places: ReadonlyMap<unknown, string>;
}

/** Keys that hold parts of a card: the parser decides which of them there are. */
const parts = new Set([
  ...['body', 'items', 'columns', 'rows', 'cells', 'pages', 'images', 'inlines', 'actions'],
  ...['facts', 'choices', 'sources', 'selectAction', 'card'],
]);
/** Objects have these keys already; one of its own in a card would confuse the parser. */
const reserved = new Set(Object.getOwnPropertyNames(Object.prototype));
const keysOfTexts = new Set('text title value label altText placeholder id url type'.split(' '));

/** The data of actions is the bot's own and is not read. */
const ownKeys = new Set(['data', 'metadata']);

/**
 * Reads a card by Microsoft's own parser: it knows which elements, columns and actions there are, when a `fallback` stands
 * for one, and which texts are booleans. Values are kept as they were written, because the parser forgets a number that
 * stands for a text. A part that it drops is noted, and leaves a hole in its list.
 */
export function resolveCard(content: Fields, path: string, conversion: Conversion): ResolvedCard {
  const { AdaptiveCard, GlobalSettings, HostConfig, SerializationContext } = loadAdaptiveCards();
  const originals = new Map<unknown, Fields>();
  const draft = draftOf({ ...content, type: 'AdaptiveCard' }, originals);
  const places = new Map<unknown, string>();
  const parse = (source: unknown) => {
    const card = new AdaptiveCard();
    card.hostConfig = new HostConfig({ hostCapabilities: { adaptiveCards: '*' } });
    card.parse(source, new SerializationContext());
    return card;
  };
  const wasOn = GlobalSettings.enableFullJsonRoundTrip;
  GlobalSettings.enableFullJsonRoundTrip = true;
  let isFallback = false;
  try {
    const card = parse(draft);
    isFallback = isObject(content.fallback) && card.shouldFallback();
    const shown = isFallback ? parse({ type: 'AdaptiveCard', version: '1.6', body: [draft.fallback] }) : card;
    // The parser writes its result into the draft.
    shown.toJSON();
  } catch {
    // The parser throws for a value that is not a card.
    conversion.note(path, 'read without its fallbacks: the parser of Adaptive Cards does not take it');
    return { card: content, places };
  } finally {
    GlobalSettings.enableFullJsonRoundTrip = wasOn;
  }
  if (!isFallback) return { card: rebuilt(draft, path), places };
  conversion.note(path, 'its fallback is shown');
  const shown = rebuilt(draft.fallback, `${path}.fallback`);
  places.set(shown, `${path}.fallback`);
  return { card: { body: [shown] }, places };

  /** Reads a part out of the draft. */
  function rebuilt(understood: unknown, at: string): Fields {
    const original = originals.get(understood);
    if (original === undefined || !isObject(understood)) return {};
    return Object.fromEntries(
      Object.entries(original).map(([key, value]) => {
        const now = understood[key];
        const place = `${at}.${key}`;
        if (ownKeys.has(key)) return [key, value];
        if (!parts.has(key)) return [key, chooseMeantValue(value, now)];
        if (!Array.isArray(value)) return [key, isObject(value) ? partOf(value, [now], place, key) : value];
        const kept: unknown[] = Array.isArray(now) ? now : [];
        return [key, value.map((one, i) => partOf(one, kept, `${place}[${i}]`, key))];
      }),
    );
  }

  function partOf(given: unknown, kept: readonly unknown[], at: string, key: string): unknown {
    if (!isObject(given)) return given;
    let place = at;
    let one: unknown = given;
    while (isObject(one)) {
      if (kept.includes(one)) {
        const part = rebuilt(one, place);
        if (place !== at) {
          conversion.note(at, 'its fallback is shown');
          places.set(part, place);
        }
        return part;
      }
      one = one.fallback;
      place = `${place}.fallback`;
    }
    const plain = given.fallback === undefined ? readNewerElement(given) : undefined;
    if (plain !== undefined) {
      const how = String(plain.type).startsWith('Action') ? 'in another way' : 'as a text';
      if (plain.type !== given.type) conversion.note(at, `shown ${how}: Genesys has no ${given.type}`);
      places.set(plain, at);
      return plain;
    }
    const isDropped = typeof one === 'string' && one.toLowerCase() === 'drop';
    const what = /actions?$/i.test(key) ? 'action' : 'element';
    conversion.note(
      at,
      `left out: ${isDropped ? 'its fallback is to drop it' : `Genesys has no such ${what}`}`,
    );
    return undefined;
  }
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

/** An element of Teams that the parser does not know, by elements that it knows; undefined for any other. */
function readNewerElement({ type, separator, isVisible, ...element }: Fields): Fields | undefined {
  const block = (text: unknown, more?: Fields): Fields => ({
    type: 'TextBlock',
    text,
    separator,
    isVisible,
    ...more,
  });
  switch (type) {
    case 'Badge':
      return block(element.text);
    case 'CodeBlock':
      return block(isEmpty(element.codeSnippet) ? undefined : `~~~~~~\n${element.codeSnippet}\n~~~~~~`);
    case 'Rating':
      return block(isEmpty(element.value) ? undefined : `★ ${element.value} / ${element.max ?? 5}`);
    case 'CompoundButton': {
      const items = [
        block(element.title, { weight: 'bolder', separator: false }),
        block(element.description, { separator: false }),
      ];
      return { type: 'Container', items, selectAction: element.selectAction, separator, isVisible };
    }
    // A Carousel of version 1.6 has none of these in its pages; one of Teams has.
    case 'ActionSet':
    case 'Media':
      return { type, ...element, separator, isVisible };
    case 'Icon':
      return isObject(element.selectAction)
        ? { type: 'ActionSet', actions: [element.selectAction], separator, isVisible }
        : undefined;
    case 'Action.Popover': {
      const card = { type: 'AdaptiveCard', body: [element.content] };
      return { type: 'Action.ShowCard', title: element.title, card };
    }
    case 'ProgressRing':
      return isEmpty(element.label) ? undefined : block(element.label);
    default: {
      const name = String(type);
      const title = element.label ?? element.title;
      if (name.startsWith('Input.')) return isEmpty(title) ? undefined : block(title);
      if (!name.startsWith('Chart.')) return undefined;
      const items = [
        block(title, { weight: 'bolder', separator: false }),
        { type: 'FactSet', facts: listValues(element.data) },
        block(element.value, { separator: false }),
      ];
      return { type: 'Container', items, separator, isVisible };
    }
  }
}

/** The values of a chart as facts; those of a series have its name before theirs. */
function listValues(data: unknown, series?: unknown): Fields[] {
  const points = Array.isArray(data) ? data.filter(isObject) : [];
  return points.flatMap((point: Fields) => {
    const name = [series, point.legend ?? point.x].filter((one) => !isEmpty(one)).join(' · ');
    return Array.isArray(point.values)
      ? listValues(point.values, name)
      : [{ title: name, value: point.value ?? point.y }];
  });
}

/** A boolean may be written as a text; the parser removes one that equals the default. */
function chooseMeantValue(original: unknown, understood: unknown): unknown {
  if (typeof understood === 'boolean') return understood;
  const saysBoolean = typeof original === 'string' && /^(?:true|false)$/i.test(original);
  return saysBoolean && understood === undefined ? undefined : original;
}

/** Copies a card for the parser, with the corrections that it needs to read the card as its author meant it. */
function draftOf(value: Fields, originals: Map<unknown, Fields>): Draft {
  const draft: Draft = {};
  const original: Draft = {};
  const copy = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(copy);
    return isObject(one) ? draftOf(one, originals) : one;
  };
  for (const [key, field] of Object.entries(value)) {
    if (reserved.has(key)) continue;
    const isScalar = typeof field === 'number' || typeof field === 'boolean';
    const copied = isScalar && keysOfTexts.has(key) ? String(field) : copy(field);
    original[key] = ownKeys.has(key) ? field : copied;
    if (key === 'requires' && isObject(copied)) draft[key] = completeVersions(copied);
    else if (key === 'targetElements' && Array.isArray(copied))
      draft[key] = copied.filter((one) => one !== null);
    else if (key !== 'version' || isVersion(copied)) draft[key] = copied;
  }
  originals.set(draft, original);
  return draft;
}

const isVersion = (value: unknown): boolean => typeof value === 'string' && /^\d+\.\d+$/.test(value);

/** Many write `1` for a version; the parser would forget such a requirement. */
function completeVersions(requires: Fields): Fields {
  return Object.fromEntries(
    Object.entries(requires).map(([name, version]) => [
      name,
      /^\d+$/.test(String(version)) ? `${version}.0` : version,
    ]),
  );
}

import { type At, CodedError } from './errors.ts';

/** Where a limit comes from. */
type LimitSource =
  | 'document' // the interface document of the guest route
  | 'genesys' // published by Genesys (help pages, SDK models)
  | 'ours'; // not published anywhere: our own, chosen to be shown well and to stay cheap

/** One limit: its greatest allowed value, the unit, where it comes from. */
export interface Limit {
  readonly max: number;
  readonly unit: string;
  readonly source: LimitSource;
  readonly note: string;
}

/** Every limit that a card is held to, in one table. Over a limit is `card.limit`; nothing is cut in silence. */
export const limits = {
  depth: { max: 4, unit: 'levels', source: 'document', note: 'components directly in the card are level 1' },
  components: { max: 20, unit: 'components', source: 'document', note: 'counted through the whole tree' },
  buttons: { max: 5, unit: 'buttons', source: 'document', note: 'in one group' },
  quickReplies: { max: 13, unit: 'replies', source: 'ours', note: 'clients wrap more into unusable rows' },
  carouselCards: {
    max: 10,
    unit: 'cards',
    source: 'genesys',
    note: 'help: Work with carousels in bot conversations',
  },
  facts: { max: 10, unit: 'items', source: 'ours', note: 'in one component' },
  title: { max: 80, unit: 'characters', source: 'ours', note: 'header text; Genesys publishes none' },
  body: { max: 2_000, unit: 'characters', source: 'ours', note: 'one body text; Genesys publishes none' },
  label: { max: 80, unit: 'characters', source: 'ours', note: 'button and quick reply labels' },
  payload: { max: 1_000, unit: 'characters', source: 'ours', note: 'it comes back through the browser' },
  url: { max: 2_048, unit: 'characters', source: 'ours', note: 'longer ones break in proxies and clients' },
  altText: { max: 300, unit: 'characters', source: 'ours', note: 'screen readers read it in one go' },
  factLabel: { max: 80, unit: 'characters', source: 'ours', note: '' },
  factValue: { max: 300, unit: 'characters', source: 'ours', note: '' },
  text: { max: 4_000, unit: 'characters', source: 'genesys', note: 'outbound.webmessaging characters.max' },
  dynamicFields: { max: 50, unit: 'fields', source: 'ours', note: 'top level of a card request' },
  fieldText: {
    max: 10_000,
    unit: 'characters',
    source: 'ours',
    note: 'one dynamic value, before it is placed',
  },
  cardBytes: {
    max: 200 * 1024,
    unit: 'bytes',
    source: 'ours',
    note: 'UTF-8 of the card; Genesys takes 512,000',
  },
  nodes: { max: 5_000, unit: 'values', source: 'ours', note: 'objects, lists and values in one input' },
  nesting: { max: 32, unit: 'levels', source: 'ours', note: 'JSON nesting of any input' },
  values: { max: 10_000, unit: 'values', source: 'ours', note: 'counted before an input is parsed' },
  marks: {
    max: 1_000,
    unit: 'marks',
    source: 'ours',
    note: 'Markdown and tags of one message of another bot',
  },
  bodyBytes: { max: 256 * 1024, unit: 'bytes', source: 'ours', note: 'one HTTP request body or JSON line' },
} as const satisfies Record<string, Limit>;

/** The name of a limit in the table. */
export type LimitName = keyof typeof limits;

/** Refuses a count over its limit; `max` replaces the limit of the table. */
export function requireAtMost(name: LimitName, actual: number, at: At, max: number = limits[name].max): void {
  if (actual <= max) return;
  throw new CodedError('card.limit', `${actual} ${limits[name].unit}; the limit is ${max}.`, { path: at() });
}

/** Refuses a text that is over its limit in the table; lengths are UTF-16 code units, as JSON Schema tools count them. */
export function requireLength(text: string, limit: LimitName, at: At): string {
  const { max, unit } = limits[limit];
  if (text.length > max) {
    throw new CodedError('card.limit', `A text of ${text.length} ${unit}; the limit is ${max}.`, {
      path: at(),
    });
  }
  return text;
}

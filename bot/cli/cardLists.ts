import { findClosest } from '../../cards/closest.ts';
import { type CardFilter, type CardRecord, deadStates } from '../../cards/delivery/cardTable.ts';
import type { CardPage, OperatorStore } from '../../cards/delivery/operatorStore.ts';
import { errorCodes } from '../../cards/errors.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';
import { writeJson } from './lines.ts';
import { formatIsoTime, withIsoTimes, withStore } from './withStore.ts';

/** Options that filter cards. */
const filterOptions = {
  code: { type: 'string' },
  template: { type: 'string' },
  conversation: { type: 'string' },
  since: { type: 'string' },
} as const;

interface GivenFilter {
  code?: string | undefined;
  template?: string | undefined;
  conversation?: string | undefined;
  since?: string | undefined;
}

function readFilter({ code, template, conversation, since }: GivenFilter): CardFilter {
  if (code !== undefined && !Object.hasOwn(errorCodes, code)) {
    const meant = findClosest(code, Object.keys(errorCodes));
    throw new UsageError(`There is no code ${code}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`);
  }
  return { code, template, conversation, since: since === undefined ? undefined : readSince(since) };
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time, or how long ago: `2026-11-29T10:00Z`, `30m`, `2h`, `7d`. */
function readSince(text: string): number {
  const [, amount, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined && (unit === 'm' || unit === 'h' || unit === 'd'))
    return Date.now() - Number(amount) * unitMs[unit];
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UsageError('--since is a time such as 2026-11-29T10:00Z, or how long ago: 30m, 2h, 7d.');
  return ms;
}

const listOptions = {
  ...filterOptions,
  limit: { type: 'string', default: '50' },
  json: { type: 'boolean', default: false },
} as const;

/** `dead-letters`: lists the cards that were not accepted. */
export const deadLetters = defineCommand({
  options: listOptions,
  run: ({ values }, context) =>
    withStore(context, (store) =>
      list((...page) => store.deadLetters(...page), values, context, 'There are no dead letters.'),
    ),
});

/** `waiting`: lists the cards that wait or are being sent. */
export const waiting = defineCommand({
  options: listOptions,
  run: ({ values }, context) =>
    withStore(context, (store) =>
      list((...page) => store.waiting(...page), values, context, 'No card waits.'),
    ),
});

async function list(
  read: (limit: number, after: number, filter: CardFilter) => Promise<CardPage>,
  { limit: text, json, ...given }: GivenFilter & { limit: string; json: boolean },
  { stdout }: CommandContext,
  none: string,
): Promise<number> {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new UsageError('--limit is a number from 1 to 10000.');
  const { cards, next } = await read(limit, 0, readFilter(given));
  for (const card of cards) {
    if (json) await writeJson(stdout, withIsoTimes(card));
    else stdout.write(`${formatCardLine(card)}\n`);
  }
  if (!json) {
    const more = next === null ? '' : ', and there are more; use --limit';
    stdout.write(cards.length === 0 ? `${none}\n` : `${cards.length} shown${more}\n`);
  }
  return 0;
}

function formatCardLine(card: CardRecord): string {
  const parts = [
    card.messageId,
    formatIsoTime(card.settledAt ?? card.startedAt),
    card.state.padEnd(8),
    ...(card.code === null ? [] : [`${card.code}${card.status === null ? '' : ` HTTP ${card.status}`}`]),
    card.templateId,
    `${card.attempts} attempt${card.attempts === 1 ? '' : 's'}`,
    `conversation ${card.conversationId}`,
  ];
  return parts.join('  ');
}

const choiceOptions = {
  ...filterOptions,
  all: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
} as const;

/** Returns the ids of the named dead letters, or of all that pass the filter. */
async function choose(
  store: OperatorStore,
  { all, ...given }: GivenFilter & { all: boolean },
  ids: readonly string[],
): Promise<readonly string[]> {
  const { code, template, conversation, since } = given;
  const isFiltered = [code, template, conversation, since].some((one) => one !== undefined);
  if ((all || isFiltered) === ids.length > 0)
    throw new UsageError(
      'Name cards, or choose dead letters with --all, --code, --template, --conversation, --since.',
    );
  if (ids.length > 0) return ids;
  const filter = readFilter(given);
  const chosen: string[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const { cards, next }: CardPage = await store.deadLetters(500, after, filter);
    chosen.push(...cards.map(({ messageId }) => messageId));
    after = next;
  }
  return chosen;
}

/** `replay`: sends dead letters again. */
export const replay = defineCommand({
  options: choiceOptions,
  allowPositionals: true,
  run: ({ values: { 'dry-run': isDry, ...given }, positionals }, context) =>
    withStore(context, async (store) => {
      const { stdout } = context;
      const ids = await choose(store, given, positionals);
      if (isDry) return showChoice(store, ids, context, choices.replay);
      const { replayed, notFound, notDead } = await store.replay(ids);
      stdout.write(`${replayed.length} replayed\n`);
      return reportOthers(context, notFound, notDead);
    }),
});

/** `resolve`: closes dead letters. */
export const resolve = defineCommand({
  options: { ...choiceOptions, reason: { type: 'string' } },
  allowPositionals: true,
  run: ({ values: { 'dry-run': isDry, reason, ...given }, positionals }, context) => {
    const why = reason?.trim() ?? '';
    if (why === '' || why.length > 200)
      throw new UsageError('--reason needs a text of 1 to 200 characters: why the cards need no more work.');
    return withStore(context, async (store) => {
      const ids = await choose(store, given, positionals);
      if (isDry) return showChoice(store, ids, context, choices.resolve);
      const { resolved, notFound, notDead } = await store.resolve(ids, why);
      context.stdout.write(`${resolved.length} closed\n`);
      return reportOthers(context, notFound, notDead);
    });
  },
});

/** A dry run: its words, and the cards that the store would accept. It reports the others as the command itself does. */
interface Choice {
  readonly what: string;
  readonly takes: (card: CardRecord) => boolean;
  /** A warning about cards that may have arrived already; default: none. */
  readonly warning?: string;
}

const hasEnded = ({ state }: CardRecord) => deadStates.some((one) => one === state);
const choices = {
  replay: {
    what: 'would be replayed',
    takes: hasEnded,
    warning: 'may have arrived already and would be shown twice',
  },
  resolve: {
    what: 'would be closed',
    takes: (card) => hasEnded(card) && card.resolvedAt === null && card.code !== 'genesys.conversationEnded',
  },
} as const satisfies Record<string, Choice>;

async function showChoice(
  store: OperatorStore,
  ids: readonly string[],
  context: CommandContext,
  { what, takes, warning }: Choice,
): Promise<number> {
  const { stdout } = context;
  const [notFound, notDead]: [string[], string[]] = [[], []];
  let count = 0;
  let doubtful = 0;
  for (const id of new Set(ids)) {
    const card = (await store.show(id))?.card;
    if (card === undefined) notFound.push(id);
    else if (!takes(card)) notDead.push(id);
    else {
      stdout.write(`${formatCardLine(card)}\n`);
      count += 1;
      if (card.state === 'unknown') doubtful += 1;
    }
  }
  const said = doubtful === 0 || warning === undefined ? '' : `; ${doubtful} ${warning}`;
  stdout.write(`${count} ${what}${said}\n`);
  return reportOthers(context, notFound, notDead);
}

function reportOthers(
  { stderr }: CommandContext,
  notFound: readonly string[],
  notDead: readonly string[],
): number {
  for (const id of notFound) stderr.write(`${id}: there is no card with this id\n`);
  for (const id of notDead) stderr.write(`${id}: is not a dead letter; see npm run cards -- show ${id}\n`);
  return notFound.length + notDead.length === 0 ? 0 : 1;
}

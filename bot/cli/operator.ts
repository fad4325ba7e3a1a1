import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainPlace } from '../../cards/delivery/audit.ts';
import type { AuditEntry } from '../../cards/delivery/cardEvents.ts';
import type { CardRecord } from '../../cards/delivery/cardTable.ts';
import type { OperatorStore, ShownCard } from '../../cards/delivery/operatorStore.ts';
import { CodedError } from '../../cards/errors.ts';
import { describeHealth, presentRecords, readHealth } from '../health/healthRecord.ts';
import { type CommandContext, defineCommand, requireOne, UsageError } from './command.ts';
import { writeJson } from './lines.ts';
import { isTerminal, paint } from './paint.ts';
import { withIsoTimes, withStore } from './withStore.ts';

/** `status`: shows the waiting cards, the dead letters and the last hour. */
export const status = defineCommand({
  options: { json: { type: 'boolean', default: false } },
  run: ({ values }, context) =>
    withStore(context, async (store) => {
      const now = await store.status();
      const health = readHealth(await store.health());
      const { stdout } = context;
      if (values.json) {
        await writeJson(stdout, { ...now, health });
        return 0;
      }
      const { lastHour, deadLetters: dead } = now;
      const deadCount = dead.rejected + dead.failed + dead.unknown;
      const rate =
        lastHour.successRate === null
          ? 'no card has ended in the last hour'
          : `${(lastHour.successRate * 100).toFixed(2)} % of the cards that have ended`;
      const underWay = now.pending + now.sending;
      const waiting = underWay === 0 ? '' : `; ${underWay} still wait${underWay === 1 ? 's' : ''}`;
      const rows: [string, string][] = [
        [
          'waiting',
          `${underWay}${now.oldestPendingMs === null ? '' : `, the oldest for ${formatSeconds(now.oldestPendingMs)}`}`,
        ],
        [
          'dead letters',
          `${deadCount} (rejected ${dead.rejected}, failed ${dead.failed}, unknown ${dead.unknown})`,
        ],
        [
          'last hour',
          `accepted ${lastHour.accepted}, rejected ${lastHour.rejected}, failed ${lastHour.failed}, unknown ${lastHour.unknown}, refused by our checks ${lastHour.refused}${lastHour.left === 0 ? '' : `, customer left ${lastHour.left}`}`,
        ],
        ['success rate', `${rate}${waiting}`],
        [
          'until the outcome',
          `p50 ${formatMillis(lastHour.p50Ms)}, p95 ${formatMillis(lastHour.p95Ms)}, p99 ${formatMillis(lastHour.p99Ms)}`,
        ],
      ];
      for (const [name, value] of rows) stdout.write(`${name.padEnd(18)} ${value}\n`);
      const at = Date.now();
      const failure = await findStoreFailure(store);
      // A store that cannot be written has no news of the bot.
      const lines =
        failure === undefined
          ? presentRecords(health, at).flatMap((one) => describeHealth(one, at))
          : [failure.message, `  hint: ${failure.hint}`];
      for (const line of new Set(lines)) stdout.write(`${line}\n`);
      if (deadCount > 0) stdout.write(`${paint('yellow', 'see', stdout)}  npm run cards -- dead-letters\n`);
      return 0;
    }),
});

async function findStoreFailure(store: OperatorStore): Promise<CodedError | undefined> {
  try {
    await store.check();
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

/** `forget`: deletes one conversation. */
export const forget = defineCommand({
  options: {},
  allowPositionals: true,
  run: ({ positionals }, context) =>
    withStore(context, async (store) => {
      const conversationId = requireOne(positionals, 'Name one conversation by its id.');
      const { cards, states, auditEntries } = await store.forget(conversationId);
      if (cards + states + auditEntries === 0) {
        context.stderr.write('The store has no conversation with this id.\n');
        return 1;
      }
      context.stdout.write(
        `deleted: ${cards} cards, ${states} records of state; ${auditEntries} audit entries no longer name the conversation\n`,
      );
      return 0;
    }),
});

/** `audit export|verify`: writes or verifies the audit log. */
export const audit = defineCommand({
  options: { after: { type: 'string', default: '0' }, head: { type: 'string' } },
  allowPositionals: true,
  run: ({ values, positionals }, context) =>
    withStore(context, async (store) => {
      const [what] = positionals;
      if (what === 'verify') return verifyAudit(store, readHead(values.head), context);
      if (what === 'export') return exportAudit(store, Number(values.after), context);
      throw new UsageError('Expected "export" or "verify".');
    }),
});

function readHead(text: string | undefined): ChainPlace | undefined {
  if (text === undefined) return undefined;
  const [, seq, hash] = /^(\d{1,15}):(\S+)$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new UsageError(
      '--head is NUMBER:HASH, as `audit verify` prints it, or `sequence` and `audithash` of an event of the webhook.',
    );
  return { seq: Number(seq), hash };
}

async function verifyAudit(
  store: OperatorStore,
  noted: ChainPlace | undefined,
  { stdout, stderr }: CommandContext,
): Promise<number> {
  const head = await store.auditHead();
  const verdict = await store.verifyAudit(noted);
  if (verdict.ok) {
    const { entries, signedFrom } = verdict;
    const signed =
      signedFrom === undefined
        ? 'not signed with AUDIT_SECRET: somebody who can write the store can have written all of it anew'
        : `signed with AUDIT_SECRET from entry ${signedFrom} on`;
    stdout.write(`${paint('green', 'ok', stdout)}  ${entries} entries, the chain is whole; ${signed}\n`);
    if (noted !== undefined) stdout.write(`    it still has entry ${noted.seq} as it was noted\n`);
    stdout.write(`head  ${head.seq}:${head.hash}\n`);
    return 0;
  }
  stderr.write(`${paint('red', 'broken', stderr)} at entry ${verdict.seq}: ${verdict.problem}\n`);
  return 1;
}

async function exportAudit(store: OperatorStore, after: number, { stdout }: CommandContext): Promise<number> {
  if (!Number.isSafeInteger(after) || after < 0) throw new UsageError('--after is the number of an entry.');
  let last = after;
  for (;;) {
    const page = await store.auditAfter(last, 1_000);
    for (const { seq, entry, hash } of page) {
      await writeJson(stdout, { seq, hash, ...JSON.parse(entry) });
      last = seq;
    }
    if (page.length < 1_000) return 0;
  }
}

function formatSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function formatMillis(ms: number | null): string {
  return ms === null ? '-' : `${Math.round(ms)} ms`;
}

/** `watch`: repeats the figures of `status`. */
export const watch = defineCommand({
  options: { every: { type: 'string', default: '2' }, count: { type: 'string' } },
  async run({ values }, context) {
    const everyMs = Number(values.every) * 1_000;
    const count = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count);
    if (!(everyMs >= 0 && everyMs <= 3_600_000))
      throw new UsageError('--every is a number of seconds, at most 3600.');
    if (!(count >= 1)) throw new UsageError('--count is a number of looks, at least 1.');
    const { stdout } = context;
    for (let look = 1; ; look += 1) {
      stdout.write(isTerminal(stdout) ? '\u001b[2J\u001b[H' : '');
      stdout.write(`${new Date().toISOString()}\n`);
      const code = await status.run({ ...context, args: [] });
      if (code !== 0 || look >= count) return code;
      await sleep(everyMs);
    }
  },
});

/** `show ID`: shows one card and its events, one on each line. */
export const show = defineCommand({
  options: { content: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
  run: ({ values, positionals }, context) =>
    withStore(context, async (store) => {
      const messageId = requireOne(positionals, 'Name one card by its messageId.');
      const shown = await store.show(messageId, values.content);
      if (shown === undefined) {
        context.stderr.write('There is no card with this id.\n');
        return 1;
      }
      context.stdout.write(values.json ? writeInFull(shown) : asTimeline(shown));
      return 0;
    }),
});

function entriesOf({ audit }: ShownCard): (AuditEntry & { seq: number })[] {
  return audit.map(({ seq, entry }) => ({ seq, ...JSON.parse(entry) }));
}

function writeInFull(shown: ShownCard): string {
  const { card, audit: _, ...rest } = shown;
  return `${JSON.stringify({ card: withIsoTimes(card), ...rest, audit: entriesOf(shown) }, null, 2)}\n`;
}

/** Number of events that are shown at the beginning and at the end of a long list. */
const [atBeginning, atEnd] = [2, 5];

function asTimeline(shown: ShownCard): string {
  const { card, content } = shown;
  const entries = entriesOf(shown);
  const lines = entries.map(formatEventLine);
  const left = lines.length - atBeginning - atEnd;
  const shownLines =
    left <= 1
      ? lines
      : [...lines.slice(0, atBeginning), `… ${left} more, see --json`, ...lines.slice(-atEnd)];
  const text = content === undefined ? [] : ['', content.text ?? 'The text of an accepted card is not kept.'];
  return [...headOf(card), ...shownLines, ...text].map((line) => `${line}\n`).join('');
}

function headOf(card: CardRecord): string[] {
  const replays = card.replays === 0 ? [] : [`replayed ${card.replays} times`];
  const end = card.resolvedAt === null ? [] : ['closed by an operator'];
  return [
    [card.messageId, card.state, ...answerOf(card), ...end].join('  '),
    [`${card.templateId}, ${card.bytes} bytes`, `route ${card.route}`, ...replays].join('  '),
    `conversation ${card.conversationId}  operation ${card.operationId}`,
  ];
}

function formatEventLine(entry: AuditEntry): string {
  const { at, event, attempts, ms, correlationId, path, reason } = entry;
  return [
    at,
    event.padEnd(9),
    ...(attempts === undefined ? [] : [`attempt ${attempts}`]),
    ...answerOf(entry),
    ...(path === undefined ? [] : [path]),
    ...(ms === undefined ? [] : [`after ${ms} ms`]),
    ...(correlationId === undefined ? [] : [`correlation ${correlationId}`]),
    ...(reason === undefined ? [] : [reason]),
  ].join('  ');
}

function answerOf({ code, status }: { code?: string | null; status?: number | null }): string[] {
  const parts = [code, status === null || status === undefined ? undefined : `HTTP ${status}`];
  const text = parts.filter((part) => part !== null && part !== undefined).join(' ');
  return text === '' ? [] : [text];
}

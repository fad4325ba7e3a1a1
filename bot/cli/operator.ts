import type { ChainPlace } from '../../cards/delivery/audit.ts';
import type { OperatorStore } from '../../cards/delivery/operatorStore.ts';
import { describeHealth, presentRecords, readHealth } from '../health/healthRecord.ts';
import { type CommandContext, defineCommand, requireOne, UsageError } from './command.ts';
import { writeJson } from './lines.ts';
import { paint } from './paint.ts';
import { withStore } from './withStore.ts';

/** `status`: how cards are doing. */
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
      for (const line of new Set(presentRecords(health, at).flatMap((one) => describeHealth(one, at))))
        stdout.write(`${line}\n`);
      if (deadCount > 0) stdout.write(`${paint('yellow', 'see', stdout)}  npm run cards -- dead-letters\n`);
      return 0;
    }),
});

/** `forget`: one conversation goes. */
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

/** `audit export|verify`: the audit log. */
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

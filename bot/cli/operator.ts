import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ChainPlace } from '../../cards/delivery/audit.ts';
import { openOperatorStore } from '../../cards/delivery/openOperatorStore.ts';
import type { CardRecord, OperatorStore } from '../../cards/delivery/operatorStore.ts';
import { describeHealth, readHealth } from '../healthRecord.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';
import { paint } from './paint.ts';

/** Opens the store of the bot with the same settings, and closes it whatever happens. */
async function withStore(
  context: CommandContext,
  work: (store: OperatorStore) => Promise<number>,
): Promise<number> {
  const store = await openOperatorStore(context.store);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function writeJson(to: Writable, value: unknown): Promise<void> {
  if (!to.write(`${JSON.stringify(value)}\n`)) await once(to, 'drain');
}

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
          `${underWay}${now.oldestPendingMs === null ? '' : `, the oldest for ${seconds(now.oldestPendingMs)}`}`,
        ],
        [
          'dead letters',
          `${deadCount} (rejected ${dead.rejected}, failed ${dead.failed}, unknown ${dead.unknown})`,
        ],
        [
          'last hour',
          `accepted ${lastHour.accepted}, rejected ${lastHour.rejected}, failed ${lastHour.failed}, unknown ${lastHour.unknown}, refused by our checks ${lastHour.refused}`,
        ],
        ['success rate', `${rate}${waiting}`],
        [
          'until the outcome',
          `p50 ${millis(lastHour.p50Ms)}, p95 ${millis(lastHour.p95Ms)}, p99 ${millis(lastHour.p99Ms)}`,
        ],
      ];
      for (const [name, value] of rows) stdout.write(`${name.padEnd(18)} ${value}\n`);
      for (const line of new Set(health.flatMap((one) => describeHealth(one, Date.now()))))
        stdout.write(`${line}\n`);
      if (deadCount > 0) stdout.write(`${paint('yellow', 'see', stdout)}  npm run cards -- dead-letters\n`);
      return 0;
    }),
});

/** `dead-letters`: the cards that did not arrive for sure. */
export const deadLetters = defineCommand({
  options: { limit: { type: 'string', default: '50' }, json: { type: 'boolean', default: false } },
  run: ({ values }, context) =>
    withStore(context, async (store) => {
      const limit = Number(values.limit);
      if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
        throw new UsageError('--limit is a number from 1 to 10000.');
      const { cards, next } = await store.deadLetters(limit);
      for (const card of cards) {
        if (values.json) await writeJson(context.stdout, card);
        else context.stdout.write(`${line(card)}\n`);
      }
      if (!values.json) {
        context.stdout.write(
          cards.length === 0
            ? 'There are no dead letters.\n'
            : `${cards.length} shown${next === null ? '' : ', and there are more; use --limit'}\n`,
        );
      }
      return 0;
    }),
});

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function line(card: CardRecord): string {
  const at = iso(card.settledAt ?? card.startedAt);
  const http = card.status === null ? '' : ` HTTP ${card.status}`;
  return `${card.messageId}  ${at}  ${card.state.padEnd(8)} ${card.code ?? ''}${http}  ${card.templateId}  ${card.attempts} attempts  conversation ${card.conversationId}`;
}

/** `show ID`: one card and its history. */
export const show = defineCommand({
  options: { content: { type: 'boolean', default: false } },
  allowPositionals: true,
  run: ({ values, positionals }, context) =>
    withStore(context, async (store) => {
      const [messageId] = positionals;
      if (messageId === undefined || positionals.length > 1)
        throw new UsageError('Name one card by its messageId.');
      const shown = await store.show(messageId, values.content);
      if (shown === undefined) {
        context.stderr.write('There is no card with this id.\n');
        return 1;
      }
      const { card, audit, ...rest } = shown;
      const told = {
        card: {
          ...card,
          storedAt: iso(card.storedAt),
          startedAt: iso(card.startedAt),
          settledAt: card.settledAt === null ? null : iso(card.settledAt),
        },
        ...rest,
        audit: audit.map(({ seq, entry }) => ({ seq, ...JSON.parse(entry) })),
      };
      context.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
      return 0;
    }),
});

/** `replay`: dead letters once more. */
export const replay = defineCommand({
  options: { all: { type: 'boolean', default: false } },
  allowPositionals: true,
  run: ({ values, positionals }, context) =>
    withStore(context, async (store) => {
      if (values.all === positionals.length > 0)
        throw new UsageError('Name the cards to replay, or use --all.');
      const { replayed, notFound, notDead } = await store.replay(values.all ? 'all' : positionals);
      context.stdout.write(`${replayed.length} replayed\n`);
      for (const id of notFound) context.stderr.write(`${id}: there is no card with this id\n`);
      for (const id of notDead)
        context.stderr.write(`${id}: is not a dead letter; see npm run cards -- show ${id}\n`);
      return notFound.length + notDead.length === 0 ? 0 : 1;
    }),
});

/** `forget`: one conversation goes. */
export const forget = defineCommand({
  options: {},
  allowPositionals: true,
  run: ({ positionals }, context) =>
    withStore(context, async (store) => {
      const [conversationId] = positionals;
      if (conversationId === undefined || conversationId === '' || positionals.length > 1)
        throw new UsageError('Name one conversation by its id.');
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
      '--head is NUMBER:HASH, as `audit verify` prints it or as the webhook has it in `head`.',
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

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function millis(ms: number | null): string {
  return ms === null ? '-' : `${Math.round(ms)} ms`;
}

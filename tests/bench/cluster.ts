import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { type PostgresServer, startPostgres } from '../fakes/postgres.ts';
import { ClusterProcess } from '../faults/clusterProcess.ts';
import { numberedCards } from '../faults/sendCards.ts';
import { measureAudit, measureBacklog } from './clusterParts.ts';
import { percentile, printLine } from './figures.ts';
import { Flags } from './flags.ts';
import { openTarget } from './target.ts';

/**
 * Measures how many cards 1, 2 and 4 instances on one PostgreSQL deliver: every card is stored with its audit entry, takes
 * a turn of the shared rate limit, is sent, and its outcome is stored; commits are synced to the disk. All processes, the
 * database and the receiver share this machine.
 */
export async function run(args: string[]): Promise<void> {
  const flags = new Flags(args, ['only', 'cards', 'conversations', 'instances', 'concurrency', 'latency']);
  const only = flags.choice('only', ['all', 'instances', 'audit', 'backlog']);
  const cards = flags.count('cards', 5_000);
  const conversations = flags.count('conversations', 500);
  const concurrency = flags.count('concurrency', 256);
  const latencyMs = flags.count('latency', 0, 0);
  const counts = flags.text('instances') === undefined ? [1, 2, 4] : flags.counts('instances', 1);
  const server = await startPostgres({ isDurable: true });
  try {
    for (const instances of only === 'all' || only === 'instances' ? counts : []) {
      const databaseUrl = await server.createDatabase();
      printLine({
        bench: 'cluster',
        instances,
        cards,
        conversations,
        concurrency,
        ...(await measure({ server, databaseUrl, instances, cards, conversations, concurrency, latencyMs })),
      });
    }
    if (only === 'all' || only === 'audit')
      printLine({ bench: 'cluster', side: 'audit', ...(await measureAudit(server, 20_000)) });
    for (const waiting of only === 'all' || only === 'backlog' ? [1_000, 10_000, 50_000] : [])
      printLine({ bench: 'cluster', side: 'backlog', ...(await measureBacklog(server, waiting)) });
  } finally {
    await server.close();
  }
}

interface Round {
  server: PostgresServer;
  databaseUrl: string;
  instances: number;
  cards: number;
  conversations: number;
  /** Cards that are stored and not yet settled at once, over all instances. */
  concurrency: number;
  latencyMs: number;
}

async function measure({
  server,
  databaseUrl,
  instances,
  cards,
  conversations,
  concurrency,
  latencyMs,
}: Round) {
  const target = await openTarget({ latencyMs });
  const cluster = Array.from(
    { length: instances },
    () =>
      new ClusterProcess({
        databaseUrl,
        url: target.url,
        clientId: target.clientId,
        clientSecret: target.clientSecret,
        requestsPerMinute: 1_000_000,
        timeoutMs: 10_000,
      }),
  );
  try {
    for (const instance of cluster) await instance.start();
    await deliver(cluster, numberedCards('warm', 50 * instances, 10 * instances), concurrency);
    const before = await Promise.all(cluster.map((instance) => instance.report()));
    const size = await databaseSize(databaseUrl);
    const databaseCpuMs = cpuOfFamily(server.pid);
    const began = performance.now();
    const run = randomBytes(3).toString('hex');
    const times = await deliver(cluster, numberedCards(run, cards, conversations), concurrency);
    const seconds = (performance.now() - began) / 1_000;
    const databaseCpu = cpuOfFamily(server.pid) - databaseCpuMs;
    const grown = await databaseSize(databaseUrl);
    const after = await Promise.all(cluster.map((instance) => instance.report()));
    const since = (name: 'cpuMs' | 'transactions' | 'writes') =>
      after.reduce((sum, report, i) => sum + report[name] - (before[i]?.[name] ?? 0), 0);
    const sorted = Float64Array.from(times).sort();
    return {
      cards_per_s: Math.round(cards / seconds),
      p50_ms: percentile(sorted, 0.5),
      p95_ms: percentile(sorted, 0.95),
      p99_ms: percentile(sorted, 0.99),
      cpu_ms_per_card: since('cpuMs') / cards,
      database_cpu_ms_per_card: databaseCpu / cards,
      writes_per_transaction: since('writes') / since('transactions'),
      wal_kib_per_card: (grown.wal - size.wal) / 1_024 / cards,
      stored_kib_per_card: (grown.stored - size.stored) / 1_024 / cards,
      shown: (await target.counts())?.distinct,
    };
  } finally {
    await Promise.all(cluster.map((instance) => instance.end('SIGTERM')));
    await target.close();
  }
}

/** Bytes that the server has written to its log, and bytes of the tables and indexes that keep cards and audit. */
async function databaseSize(databaseUrl: string): Promise<{ wal: number; stored: number }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT pg_current_wal_lsn() - '0/0' AS wal,
         pg_total_relation_size('genesys_cards.cards') + pg_total_relation_size('genesys_cards.audit') AS stored`,
    );
    return { wal: Number(rows[0]?.wal), stored: Number(rows[0]?.stored) };
  } finally {
    await client.end();
  }
}

/** CPU of a process and its children in milliseconds, where the system tells it by files (Linux); else not a number. */
function cpuOfFamily(pid: number | undefined): number {
  if (pid === undefined || !existsSync('/proc/self/stat')) return Number.NaN;
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // After the name in parentheses: state, parent, … and from the 12th on the times of the process and of its ended children.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (Number(name) === pid) ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      else if (Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has just ended.
    }
  }
  const ticksPerSecond = 100;
  return (ticks * 1_000) / ticksPerSecond;
}

/** Sends cards by instances in turn, as a load balancer without sticky sessions does; gives their times to the outcome. */
async function deliver(
  cluster: readonly ClusterProcess[],
  conversations: ReturnType<typeof numberedCards>,
  concurrency: number,
): Promise<number[]> {
  const total = conversations.reduce((sum, cards) => sum + cards.length, 0);
  const times: number[] = [];
  const all = Promise.withResolvers<void>();
  let underWay = 0;
  let changed = Promise.withResolvers<void>();
  const onSettled = (_id: string, _outcome: string, durationMs: number) => {
    times.push(durationMs);
    underWay -= 1;
    changed.resolve();
    changed = Promise.withResolvers();
    if (times.length === total) all.resolve();
  };
  for (const instance of cluster) instance.on('settled', onSettled);
  let next = 0;
  const converse = async (cards: (typeof conversations)[number]) => {
    for (const card of cards) {
      while (underWay >= concurrency) await changed.promise;
      underWay += 1;
      next = (next + 1) % cluster.length;
      await cluster[next]?.submit(card);
    }
  };
  await Promise.all(conversations.map(converse));
  await all.promise;
  for (const instance of cluster) instance.off('settled', onSettled);
  return times;
}

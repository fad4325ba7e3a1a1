import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from '../fakes/postgres.ts';
import { ClusterProcess } from '../faults/clusterProcess.ts';
import { numberedCards } from '../faults/sendCards.ts';
import { connectionsTo, cpuOfFamily, databaseSize } from './clusterCost.ts';
import { measureAudit, measureBacklog } from './clusterParts.ts';
import { percentile, printLine } from './figures.ts';
import { Flags } from './flags.ts';
import { openTarget, type Target } from './target.ts';

/**
 * Measures how many cards 1, 2 and 4 instances on one PostgreSQL deliver: every card is stored with its audit entry, takes
 * a turn of the shared rate limit, is sent, and its outcome is stored; commits are synced to the disk. All processes, the
 * database and the receiver share this machine.
 */
export async function run(args: string[]): Promise<void> {
  const flags = new Flags(args, ['only', 'cards', 'conversations', 'instances', 'concurrency', 'latency']);
  const only = flags.choice('only', ['all', 'instances', 'idle', 'audit', 'backlog']);
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
    if (only === 'all' || only === 'idle')
      printLine({ bench: 'cluster', side: 'idle', ...(await measureIdle(server, 4, 20)) });
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
  const cluster = instancesOn(databaseUrl, target, instances);
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
    const connections = await connectionsTo(databaseUrl);
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
      cards_kib_per_card: (grown.cards - size.cards) / 1_024 / cards,
      audit_kib_per_card: (grown.audit - size.audit) / 1_024 / cards,
      connections,
      shown: (await target.counts())?.distinct,
    };
  } finally {
    await Promise.all(cluster.map((instance) => instance.end('SIGTERM')));
    await target.close();
  }
}

/** What instances cost that have nothing to do. */
async function measureIdle(server: PostgresServer, instances: number, seconds: number) {
  const databaseUrl = await server.createDatabase();
  const target = await openTarget();
  const cluster = instancesOn(databaseUrl, target, instances);
  try {
    for (const instance of cluster) await instance.start();
    // What the start costs is over, and the connections that only it needed are closed.
    await sleep(15_000);
    const cpu = async () =>
      (await Promise.all(cluster.map((instance) => instance.report()))).reduce(
        (sum, one) => sum + one.cpuMs,
        0,
      );
    const before = [await cpu(), cpuOfFamily(server.pid)] as const;
    await sleep(seconds * 1_000);
    const after = [await cpu(), cpuOfFamily(server.pid)] as const;
    return {
      instances,
      seconds,
      cpu_ms_per_s_each: (after[0] - before[0]) / seconds / instances,
      database_cpu_ms_per_s_each: (after[1] - before[1]) / seconds / instances,
      connections: await connectionsTo(databaseUrl),
    };
  } finally {
    await Promise.all(cluster.map((instance) => instance.end('SIGTERM')));
    await target.close();
  }
}

function instancesOn(databaseUrl: string, target: Target, count: number): ClusterProcess[] {
  const { url, clientId, clientSecret } = target;
  const options = {
    databaseUrl,
    url,
    clientId,
    clientSecret,
    requestsPerMinute: 1_000_000,
    dropsRepeats: true,
    timeoutMs: 10_000,
  };
  return Array.from({ length: count }, () => new ClusterProcess(options));
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

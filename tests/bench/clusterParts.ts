import { createAuditEntry } from '../../cards/delivery/cardEvents.ts';
import { cardQueue, claimJobs } from '../../cards/delivery/store/postgres/jobs.ts';
import { PostgresOutbox } from '../../cards/delivery/store/postgres/postgresOutbox.ts';
import { PostgresStore } from '../../cards/delivery/store/postgres/postgresStore.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import type { PostgresServer } from '../fakes/postgres.ts';
import { closedLoop } from './closedLoop.ts';
import { median } from './figures.ts';

/**
 * What one audit chain costs: four writers on one database, which share its head, beside four writers on a database each,
 * which do not.
 */
export async function measureAudit(server: PostgresServer, entries: number) {
  const shared = await server.createDatabase();
  const own = await Promise.all([1, 2, 3, 4].map(() => server.createDatabase()));
  const oneChain = await append([shared, shared, shared, shared], entries);
  const fourChains = await append(own, entries);
  return {
    writers: 4,
    entries,
    entries_per_s: Math.round(oneChain.perSecond),
    commits_per_s: Math.round(oneChain.commitsPerSecond),
    entries_per_s_without_sharing: Math.round(fourChains.perSecond),
    ratio: oneChain.perSecond / fourChains.perSecond,
  };
}

async function append(urls: readonly string[], entries: number) {
  const stores = urls.map((url) => new PostgresStore({ url }));
  try {
    for (const store of stores) await store.start();
    let next = 0;
    const began = performance.now();
    await Promise.all(
      stores.map((store) =>
        closedLoop(entries / stores.length, 64, () => {
          next += 1;
          const card = outgoingCard({ messageId: `m-${next}` });
          return store.note(createAuditEntry('refused', card, Date.now(), { code: 'card.limit' }));
        }),
      ),
    );
    const seconds = (performance.now() - began) / 1_000;
    const groups = stores.reduce((sum, store) => sum + store.writes.counts.groups, 0);
    return { perSecond: entries / seconds, commitsPerSecond: groups / seconds };
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

/**
 * What a look into the queue costs while many cards wait, ten in each conversation: just after they came, and when PostgreSQL
 * has counted them.
 */
export async function measureBacklog(server: PostgresServer, waiting: number) {
  const store = new PostgresStore({ url: await server.createDatabase() });
  const storing = new PostgresOutbox({ store, routes: [], concurrency: 0, maxWaiting: 1_000_000 });
  try {
    await store.start();
    let next = 0;
    await closedLoop(waiting, 200, () => {
      next += 1;
      const conversationId = `c-${next % Math.ceil(waiting / 10)}`;
      return storing.submit(outgoingCard({ messageId: `m-${next}`, conversationId }));
    });
    const atOnce = await lookTimes(store);
    await store.database.query('VACUUM ANALYZE');
    return {
      waiting,
      claim_of_64_ms: median(atOnce),
      claim_of_64_ms_when_analyzed: median(await lookTimes(store)),
    };
  } finally {
    await storing.stop(0);
    await store.close();
  }
}

async function lookTimes({ boss, database }: PostgresStore): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const began = performance.now();
    const jobs = await claimJobs(boss, database, 64);
    times.push(performance.now() - began);
    if (jobs.length !== 64) throw new Error(`${jobs.length} cards were claimed.`);
    await boss.fail(cardQueue, jobs);
  }
  return times;
}

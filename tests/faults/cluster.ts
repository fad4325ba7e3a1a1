import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { OperatorStore } from '../../cards/delivery/operatorStore.ts';
import { PostgresOperatorStore } from '../../cards/delivery/store/postgres/postgresOperatorStore.ts';
import { openTarget as startSandbox } from '../bench/target.ts';
import { startPostgres } from '../fakes/postgres.ts';
import { readAudit } from './clusterAudit.ts';
import { sendAll } from './clusterLoad.ts';
import { ClusterProcess } from './clusterProcess.ts';
import type { Figure } from './figure.ts';
import { startFront } from './front.ts';
import { numberedCards, seedRandom } from './sendCards.ts';
import { stormFaults } from './storm.ts';
import { openTarget } from './target.ts';
import { mostWithin } from './timeline.ts';

/**
 * Several instances on one database, each card handed to any of them, everything of R1 going wrong at the receiver, kill -9
 * of instances, connections that fail before a request, and the database restarted: each card is shown once, in order, and the
 * rate limit that they share is kept.
 *
 * @param dropsRepeats whether the receiver drops repeats; else doubtful cards are held, and none is shown twice
 */
export async function cluster(args: readonly string[], dropsRepeats: boolean): Promise<Figure> {
  const count = readCounts(args);
  const server = await startPostgres({ isDurable: true });
  const own = count.target === undefined ? await startSandbox() : undefined;
  const target = await openTarget(own?.url ?? count.target);
  const certificateDir = mkdtempSync(join(tmpdir(), 'cluster-'));
  const front = await startFront(target.url, certificateDir);
  const databaseUrl = await server.createDatabase();
  const random = seedRandom(count.seed);
  const cluster = Array.from(
    { length: count.instances },
    () =>
      new ClusterProcess({
        databaseUrl,
        url: front.url,
        caFile: front.caFile,
        dropsRepeats,
        clientId: target.clientId,
        clientSecret: target.clientSecret,
        requestsPerMinute: count.perMinute,
        timeoutMs: 5_000,
      }),
  );
  const spread = (n: number) => Array.from({ length: n }, () => 0.05 + 0.85 * random()).sort((a, b) => a - b);
  const sent: number[] = [];
  for (const instance of cluster) instance.on('sent', (at) => sent.push(at));
  const began = performance.now();
  try {
    await target.setFaults({ ...stormFaults, dedupe: dropsRepeats, seed: count.seed });
    front.failNext(Math.ceil(count.conversations / 5));
    const dealt = numberedCards(randomBytes(3).toString('hex'), count.cards, count.conversations);
    const restartAt = Array.from({ length: count.restarts }, (_, i) => (i + 1) / (count.restarts + 1));
    const done = await sendAll(
      {
        cluster,
        server,
        random,
        killAt: spread(count.kills),
        restartAt,
        awaySeconds: count.awaySeconds,
        atOnce: Math.min(1_000, Math.ceil(count.cards / 5)),
      },
      dealt,
    );
    const operator = await PostgresOperatorStore.open(databaseUrl);
    await untilIdle(operator);
    const seconds = Math.round((performance.now() - began) / 1_000);
    await Promise.all(cluster.map((instance) => instance.end('SIGTERM')));
    const audit = await readAudit(operator);
    await operator.close();
    const shown = await target.shown();
    const ids = dealt.flat().map(({ messageId }) => messageId);
    const lost =
      shown?.ids === undefined
        ? count.cards - (shown?.distinct ?? 0)
        : ids.filter((id) => shown.ids?.has(id) === false).length;
    const inAnyMinute = mostWithin(
      sent.toSorted((a, b) => a - b),
      60_000,
    );
    const answered = Object.values(shown?.statuses ?? {}).reduce((sum, n) => sum + n, 0);
    const isSound =
      audit.verdict.ok && audit.wrongFinals === 0 && audit.stored === count.cards && audit.leaks === 0;
    return {
      fault: dropsRepeats ? 'cluster' : 'cluster-hold',
      instances: count.instances,
      cards: count.cards,
      conversations: dealt.length,
      kills: done.kills,
      restarts: done.restarts,
      awaySeconds: count.awaySeconds,
      failedConnections: front.failed,
      shown: shown?.distinct ?? null,
      lost,
      twice: shown?.twice ?? null,
      outOfOrder: shown?.outOfOrder ?? null,
      finals: audit.finals,
      wrongFinals: audit.wrongFinals,
      auditEntries: audit.entries,
      audit: audit.verdict,
      auditLeaks: audit.leaks,
      requests: sent.length,
      inAnyMinute,
      limit: count.perMinute,
      askedAgain: done.askedAgain,
      answers: shown?.statuses ?? null,
      seconds,
      ok:
        isSound &&
        lost <= (audit.finals.unknown ?? 0) &&
        front.failed > 0 &&
        (shown?.twice ?? 0) === 0 &&
        (shown?.outOfOrder ?? 0) === 0 &&
        inAnyMinute <= count.perMinute &&
        // An instance tells of a request before it makes it: else a killed one might have made some that nobody counted.
        sent.length >= answered &&
        done.kills === count.kills &&
        done.restarts === count.restarts,
    };
  } finally {
    await Promise.all(cluster.map((instance) => instance.end('SIGKILL')));
    await front.close();
    rmSync(certificateDir, { recursive: true, force: true });
    await target.close();
    await own?.close();
    await server.close();
  }
}

/** Waits until no card is under way. */
async function untilIdle(operator: OperatorStore): Promise<void> {
  for (;;) {
    const { pending, sending } = await operator.status().catch(() => ({ pending: 1, sending: 0 }));
    if (pending + sending === 0) return;
    await sleep(200);
  }
}

function readCounts(args: readonly string[]) {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      target: option,
      instances: option,
      cards: option,
      conversations: option,
      kills: option,
      restarts: option,
      away: option,
      'per-minute': option,
      seed: option,
    },
  });
  const count = (name: Exclude<keyof typeof values, 'target'>, byDefault: number) => {
    const value = Number(values[name] ?? byDefault);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number.`);
    return value;
  };
  return {
    target: values.target,
    instances: count('instances', 4),
    cards: count('cards', 10_000),
    conversations: count('conversations', 500),
    kills: count('kills', 12),
    restarts: count('restarts', 2),
    awaySeconds: count('away', 2),
    perMinute: count('per-minute', 6_000),
    seed: count('seed', 1),
  };
}

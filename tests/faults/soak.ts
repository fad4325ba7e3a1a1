import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { CardRoute } from '../../cards/delivery/outbox.ts';
import { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import { EmbeddedOutbox } from '../../cards/delivery/store/sqlite/embeddedOutbox.ts';
import { SqliteOperatorStore } from '../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { onEnd } from '../fakes/cardEvent.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { readArguments } from './arguments.ts';
import type { Figure } from './figure.ts';

const hours = 24;
const hourMs = 3_600_000;
/** How long cards and audit entries are kept: short, so that a day shows whether they go. */
const keepMs = 2 * hourMs;
/** Cards under way at once. */
const atOnce = 500;
const conversations = 5_000;

/**
 * R14: a day of load in fast time, a million cards through the outbox, of which some are refused, tried again or doubtful; what
 * is old is deleted each hour. The heap of the last hour is that of
 * the second, the store stops growing, nothing stays open.
 */
export async function r14(args: readonly string[]): Promise<Figure> {
  const { cards } = readArguments(args, { cards: 1_000_000 });
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const handlesBefore = process.getActiveResourcesInfo();
  const dataDir = mkdtempSync(join(tmpdir(), 'soak-'));
  const perHour = cards / hours;
  const began = Date.parse('2026-11-23T00:00:00Z');
  let stored = 0;
  const wallClock = () => began + Math.floor((stored / perHour) * hourMs);

  const db = openDatabase(dataDir);
  // The disk is not what is tested here, and a million synced commits would take it an hour.
  db.exec('PRAGMA synchronous = OFF');
  const store = new CardStore(db, wallClock);
  let settled = 0;
  const outbox = new EmbeddedOutbox({
    store,
    routes: [hiccupingRoute()],
    retry: { baseMs: 1, maxMs: 1, maxRetryAfterMs: 1, maxAttempts: 8, totalMs: hourMs },
    wallClock,
    maxWaiting: 2 * atOnce,
    listeners: [
      onEnd(() => {
        settled += 1;
      }),
    ],
  });
  const operator = new SqliteOperatorStore(dataDir, [], wallClock);
  const samples: { heapMiB: number; storeMiB: number; auditEntries: number }[] = [];
  await outbox.start();
  for (let hour = 0; hour < hours; hour += 1) {
    const end = Math.round((hour + 1) * perHour);
    while (stored < end) {
      const batch = Math.min(atOnce, end - stored);
      await Promise.all(Array.from({ length: batch }, () => outbox.submit(cardNumber(stored++))));
      while (outbox.depth > atOnce) await new Promise((resolve) => setImmediate(resolve));
    }
    while (outbox.depth > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const before = wallClock() - keepMs;
    await operator.prune({ cardsBefore: before, auditBefore: before, hasAnalytics: false });
    collect();
    samples.push({
      heapMiB: mib(process.memoryUsage().heapUsed),
      storeMiB: mib(statSync(join(dataDir, 'cards.sqlite')).size),
      auditEntries: Number(db.prepare('SELECT count(*) AS n FROM audit').get()?.n),
    });
  }
  const verdict = store.audit.verify();
  await outbox.stop();
  await operator.close();
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
  const leftOpen = leftOver(process.getActiveResourcesInfo(), handlesBefore);

  // The store holds the hours that are kept and the one that goes on: it is full after the fourth.
  const [fourth, last] = [samples[3], samples.at(-1)];
  // Against the least since the second hour, not the second itself: V8 drops code that is not used any more at some moment.
  const heapRatio = (last?.heapMiB ?? 0) / Math.min(...samples.slice(1).map((sample) => sample.heapMiB));
  const storeRatio = (last?.storeMiB ?? 0) / (fourth?.storeMiB ?? 1);
  return {
    fault: 'r14',
    cards: stored,
    settled,
    hours,
    heapMiB: samples.map((sample) => sample.heapMiB),
    heapRatio: Math.round(heapRatio * 1_000) / 1_000,
    storeMiB: samples.map((sample) => sample.storeMiB),
    auditEntriesKept: last?.auditEntries ?? 0,
    auditWhole: verdict.ok,
    leftOpen,
    ok: settled === stored && heapRatio <= 1.1 && storeRatio <= 1.1 && verdict.ok && leftOpen.length === 0,
  };
}

/** Takes most cards; of a hundred, two fail at first, one is doubtful at first and one is refused. */
function hiccupingRoute(): CardRoute {
  const seen = new Set<string>();
  return {
    name: 'guest',
    dropsRepeats: true,
    send: async ({ messageId }) => {
      const kind = Number(messageId.slice(2)) % 100;
      if (kind === 0) return { result: 'rejected', code: 'genesys.rejected', status: 400 };
      if (kind > 3 || seen.delete(messageId)) return { result: 'accepted', status: 200 };
      seen.add(messageId);
      return kind === 1
        ? { result: 'unknown', code: 'genesys.unknownOutcome' }
        : { result: 'retry', code: 'genesys.unavailable', status: 503 };
    },
  };
}

function cardNumber(n: number) {
  const messageId = `m-${n}`;
  return outgoingCard({
    messageId,
    conversationId: `c-${n % conversations}`,
    body: JSON.stringify({ messageId, filler: 'x'.repeat(800) }),
  });
}

/** Resources that are open now and were not before. */
function leftOver(now: readonly string[], before: readonly string[]): string[] {
  const old = [...before];
  return now.filter((name) => {
    const at = old.indexOf(name);
    if (at === -1) return true;
    old.splice(at, 1);
    return false;
  });
}

function mib(bytes: number): number {
  return Math.round(bytes / 104_857.6) / 10;
}

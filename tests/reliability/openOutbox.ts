import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AuditEntry } from '../../cards/delivery/cardEvents.ts';
import type { CardRoute, Delivery } from '../../cards/delivery/outbox.ts';
import { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import {
  EmbeddedOutbox,
  type EmbeddedOutboxOptions,
} from '../../cards/delivery/store/sqlite/embeddedOutbox.ts';
import { onEnd } from '../fakes/cardEvent.ts';
import { type VirtualClock, virtualClock } from './virtualClock.ts';

/** An outbox on a store of its own for one test. */
export interface OpenOutbox {
  readonly outbox: EmbeddedOutbox;
  readonly store: CardStore;
  readonly db: ReturnType<typeof openDatabase>;
  readonly dataDir: string;
  readonly clock: VirtualClock;
  /** Deliveries that came to their end, by messageId. */
  readonly settled: Map<string, Delivery>;
  /** The audit log, read now. */
  audit(): AuditEntry[];
}

/** Opens an outbox that waits by a virtual clock. */
export async function openOutbox(
  t: TestContext,
  makeRoute: (clock: VirtualClock) => CardRoute | Promise<CardRoute>,
  more: Partial<EmbeddedOutboxOptions> = {},
): Promise<OpenOutbox> {
  const dataDir = mkdtempSync(join(tmpdir(), 'outbox-'));
  const clock = virtualClock();
  const db = openDatabase(dataDir);
  const store = new CardStore(db);
  const settled = new Map<string, Delivery>();
  const outbox = new EmbeddedOutbox({
    store,
    routes: [await makeRoute(clock)],
    now: clock.now,
    after: clock.after,
    random: () => 0.5,
    watchMs: 0,
    listeners: [onEnd((delivery) => void settled.set(delivery.messageId, delivery))],
    ...more,
  });
  await outbox.start();
  t.after(async () => {
    await outbox.stop(0);
    store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const audit = () => store.audit.after(0, 10_000).map(({ entry }): AuditEntry => JSON.parse(entry));
  return { outbox, store, db, dataDir, clock, settled, audit };
}

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';

/** What came of opening a store whose log was cut. */
export interface CutFigures {
  /** How many places of the log it was cut at. */
  readonly cuts: number;
  /** Cuts after which the store did not open, was not whole, or lacked a card that was stored before the cut. */
  readonly cutFailures: number;
  /** Cuts in the middle of a record that were not warned of. */
  readonly unwarned: number;
}

const database = 'cards.sqlite';
const log = 'cards.sqlite-wal';
/** What a store is, apart from its log's index. */
const files = [database, log, 'store.key'];

/** Cuts a store's log at every `every`-th byte of its last record, as a power cut in the middle of a write does. */
export async function cutLog(every: number): Promise<CutFigures> {
  const dir = mkdtempSync(join(tmpdir(), 'cut-'));
  const cutDir = join(dir, 'cut');
  const db = openDatabase(dir);
  const store = new CardStore(db);
  for (let i = 1; i <= 4; i += 1) await store.add(outgoingCard({ messageId: `m-${i}` }));
  const begin = statSync(join(dir, log)).size;
  await store.add(outgoingCard({ messageId: 'm-5' }));
  const end = statSync(join(dir, log)).size;

  let cuts = 0;
  let cutFailures = 0;
  let unwarned = 0;
  for (let at = begin; at < end; at += every) {
    rmSync(cutDir, { recursive: true, force: true });
    mkdirSync(cutDir);
    for (const file of files) copyFileSync(join(dir, file), join(cutDir, file));
    truncateSync(join(cutDir, log), at);
    let isWarned = false;
    const isWhole = opensWith(cutDir, 4, () => {
      isWarned = true;
    });
    cuts += 1;
    if (!isWhole) cutFailures += 1;
    if (isWarned !== isTorn(at)) unwarned += 1;
  }
  store.close();
  rmSync(dir, { recursive: true, force: true });
  return { cuts, cutFailures, unwarned };
}

function opensWith(dir: string, cards: number, warn: () => void): boolean {
  try {
    const db = openDatabase(dir, warn);
    // It is thrown away at once: no need to wait for the disk.
    db.exec('PRAGMA synchronous = OFF');
    const store = new CardStore(db);
    const isWhole =
      db.prepare('PRAGMA integrity_check').get()?.integrity_check === 'ok' &&
      store.audit.verify().ok &&
      store.underWay(0, 100).length === cards;
    store.close();
    return isWhole;
  } catch {
    return false;
  }
}

/** Whether a log of this size ends in the middle of a frame: a header of 32 bytes, then frames of 24 bytes and a page. */
function isTorn(size: number): boolean {
  return (size - 32) % (24 + 4_096) !== 0;
}

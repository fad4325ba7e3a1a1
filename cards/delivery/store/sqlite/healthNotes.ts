import type { DatabaseSync } from 'node:sqlite';
import type { GroupCommit } from './groupCommit.ts';

/** Of one process: only one has the store. */
const key = 'health';

/** Keeps what the bot says of its own health, as JSON text. */
export function writeHealthNote(db: DatabaseSync, commits: GroupCommit, text: string): Promise<void> {
  return commits.run(() => {
    db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
      key,
      text,
    );
  });
}

/** What the bot last said of its own health; empty when it never did. */
export function readHealthNotes(db: DatabaseSync): string[] {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(key);
  return row === undefined ? [] : [String(row.value)];
}

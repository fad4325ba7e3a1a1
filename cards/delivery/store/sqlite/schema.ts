import type { DatabaseSync } from 'node:sqlite';

/**
 * Steps from one version of the schema to the next; `PRAGMA user_version` holds the number of steps done. A step is never
 * changed after it was released.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE cards (
    seq INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL,
    route TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT,
    body_hash TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    text TEXT,
    template_id TEXT NOT NULL,
    template_version TEXT NOT NULL,
    template_hash TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    reference TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    replays INTEGER NOT NULL DEFAULT 0,
    stored_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    settled_at INTEGER,
    code TEXT,
    status INTEGER,
    correlation_id TEXT
  ) STRICT;
  CREATE INDEX cards_under_way ON cards (seq) WHERE state IN ('pending', 'sending');
  CREATE INDEX cards_dead ON cards (seq) WHERE state IN ('rejected', 'unknown', 'failed');
  CREATE INDEX cards_settled ON cards (settled_at) WHERE settled_at IS NOT NULL;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    entry TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_message ON audit (message_id);
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Stores of the first version may have the table: the bot made it, outside of these steps. Its accepted cards kept their
  // reference, and their audit entries have no seal.
  `
  CREATE TABLE IF NOT EXISTS bot_state (
    key TEXT PRIMARY KEY,
    etag INTEGER NOT NULL,
    item TEXT NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS bot_state_changed ON bot_state (changed_at);
  CREATE INDEX cards_conversation ON cards (conversation_id);
  ALTER TABLE audit ADD COLUMN seal TEXT;
  UPDATE cards SET reference = NULL WHERE state = 'accepted';
  `,
  // The results of a card's attempts, and when it is due again (wall clock in milliseconds), also after a restart.
  `
  ALTER TABLE cards ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cards ADD COLUMN is_doubtful INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cards ADD COLUMN last_code TEXT;
  ALTER TABLE cards ADD COLUMN in_a_row INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cards ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE pauses (route TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Dead letters that an operator has closed.
  `
  ALTER TABLE cards ADD COLUMN resolved_at INTEGER;
  CREATE INDEX cards_dead_letters ON cards (seq) WHERE state IN ('rejected', 'unknown', 'failed') AND resolved_at IS NULL
    AND NOT (code IS NOT NULL AND code = 'genesys.conversationEnded');
  `,
  // Sums and samples for the operator's charts, begun with the cards of the last week; the length of a step is in milliseconds.
  // The index has every column by which dead letters are counted, and those of a code in their order.
  `
  CREATE INDEX cards_ended_codes ON cards (code, seq, state, resolved_at) WHERE state IN ('rejected', 'unknown', 'failed');
  CREATE TABLE figures (
    step INTEGER NOT NULL,
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (step, at, name, bucket)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO figures
    SELECT step, settled_at - settled_at % step AS at, name, bucket, count(*)
    FROM (
      SELECT settled_at, CASE WHEN code IS NOT NULL AND code = 'genesys.conversationEnded' THEN 'left' ELSE state END AS name,
        0 AS bucket FROM cards WHERE settled_at IS NOT NULL AND settled_at > unixepoch() * 1000 - 720000000
      UNION ALL
      SELECT settled_at, 'ms', CAST(ceil(4 * log2(max(settled_at - started_at, 1))) AS INTEGER)
        FROM cards WHERE settled_at IS NOT NULL AND settled_at > unixepoch() * 1000 - 720000000
          AND NOT (code IS NOT NULL AND code = 'genesys.conversationEnded')
    ), (SELECT 60000 AS step UNION SELECT 900000 UNION SELECT 3600000)
    WHERE settled_at > unixepoch() * 1000 - step * 200 GROUP BY step, at, name, bucket;
  `,
];

/** Brings a database to the newest schema, in one transaction. */
export function migrate(db: DatabaseSync): void {
  const row = db.prepare('PRAGMA user_version').get();
  const done = Number(row?.user_version ?? 0);
  if (done >= steps.length) return;
  db.exec('BEGIN IMMEDIATE');
  for (const step of steps.slice(done)) db.exec(step);
  db.exec(`PRAGMA user_version = ${steps.length}`);
  db.exec('COMMIT');
}

import { CodedError } from '../../../errors.ts';
import type { Database, Sql } from './database.ts';

/**
 * The schema of our tables in every statement; pg-boss keeps its own beside it. `Database` replaces the name where the address
 * names another schema.
 */
export const schema = 'genesys_cards';

/** Names that a schema may have: pg-boss accepts 50 characters, with `_queue` at the end. */
export const schemaPattern = /^[a-z][a-z0-9_]{0,43}$/;

/**
 * Parses the address of a database; null for one that the driver cannot parse. The host may be missing, as in
 * `postgres://me@/cards?host=/var/run/postgresql`.
 */
export function parseDatabaseUrl(url: string): URL | null {
  return URL.parse(url) ?? URL.parse(url.replace('@/', '@localhost/'));
}

/** Returns the schema that an address names, as `postgres://…?schema=NAME`; default `genesys_cards`. @throws CodedError `config.invalid` */
export function schemaOf(url: string): string {
  const named = parseDatabaseUrl(url)?.searchParams.get('schema') ?? null;
  if (named === null) return schema;
  if (schemaPattern.test(named)) return named;
  throw new CodedError('config.invalid', 'DATABASE_URL: its schema must be a name of a-z, 0-9 and _.');
}

interface Step {
  sql: string;
  /** True when older programs cannot work with this step: none may start any more, and none may still run. */
  endsOlder?: boolean;
}

/**
 * Steps from one version of the schema to the next. A step is never changed after its release, and it only adds, because
 * instances of the version before run beside it during a rolling deployment. To drop a column, one release stops using it, and
 * the next drops it with `endsOlder`.
 */
export const steps: readonly Step[] = [
  {
    sql: `
    -- The clock of the database is the one that all instances share.
    CREATE FUNCTION ${schema}.now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS
      $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;

    CREATE TABLE ${schema}.cards (
      seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      message_id text NOT NULL UNIQUE,
      conversation_id text NOT NULL,
      route text NOT NULL,
      state text NOT NULL,
      body text,
      body_hash text NOT NULL,
      bytes integer NOT NULL,
      text text,
      template_id text NOT NULL,
      template_version text NOT NULL,
      template_hash text NOT NULL,
      operation_id text NOT NULL,
      reference text,
      attempts integer NOT NULL DEFAULT 0,
      counted integer NOT NULL DEFAULT 0,
      is_doubtful boolean NOT NULL DEFAULT false,
      last_code text,
      in_a_row integer NOT NULL DEFAULT 0,
      replays integer NOT NULL DEFAULT 0,
      stored_at bigint NOT NULL,
      started_at bigint NOT NULL,
      settled_at bigint,
      code text,
      status integer,
      correlation_id text,
      job_id uuid NOT NULL,
      origin uuid NOT NULL
    );
    CREATE INDEX cards_under_way ON ${schema}.cards (seq) WHERE state IN ('pending', 'sending');
    CREATE INDEX cards_dead ON ${schema}.cards (seq) WHERE state IN ('rejected', 'unknown', 'failed');
    CREATE INDEX cards_settled ON ${schema}.cards (settled_at) WHERE settled_at IS NOT NULL;

    CREATE TABLE ${schema}.audit (
      seq bigint PRIMARY KEY,
      at bigint NOT NULL,
      message_id text NOT NULL,
      event text NOT NULL,
      entry text NOT NULL,
      hash text NOT NULL
    );
    CREATE INDEX audit_message ON ${schema}.audit (message_id);
    CREATE INDEX audit_refused ON ${schema}.audit (at) WHERE event = 'refused';
    CREATE TABLE ${schema}.audit_head (
      seq bigint NOT NULL,
      hash text NOT NULL,
      start_seq bigint NOT NULL,
      start_hash text NOT NULL
    );
    INSERT INTO ${schema}.audit_head VALUES (0, repeat('0', 64), 0, repeat('0', 64));
    CREATE FUNCTION ${schema}.append_audit(ats bigint[], ids text[], events text[], entries text[]) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE
      head ${schema}.audit_head;
    BEGIN
      SELECT * INTO head FROM ${schema}.audit_head FOR UPDATE;
      FOR i IN 1 .. cardinality(entries) LOOP
        head.seq := head.seq + 1;
        head.hash := encode(sha256(convert_to(head.hash || E'\\n' || entries[i], 'UTF8')), 'hex');
        INSERT INTO ${schema}.audit (seq, at, message_id, event, entry, hash)
          VALUES (head.seq, ats[i], ids[i], events[i], entries[i], head.hash);
      END LOOP;
      UPDATE ${schema}.audit_head SET seq = head.seq, hash = head.hash;
    END
    $$;

    CREATE TABLE ${schema}.meta (key text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE ${schema}.pauses (route text PRIMARY KEY, until timestamptz NOT NULL);
    CREATE TABLE ${schema}.rate_limits (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    );
    CREATE TABLE ${schema}.bot_state (
      key text PRIMARY KEY,
      etag bigint NOT NULL,
      item text NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE ${schema}.turns (key bytea PRIMARY KEY, until timestamptz NOT NULL);
    CREATE INDEX turns_until ON ${schema}.turns (until);
    `,
  },
  {
    // Audit entries of the first version have no seal. The hashes of the chain are no longer made by append_audit.
    sql: `
    ALTER TABLE ${schema}.audit ADD COLUMN seal text;
    CREATE INDEX cards_conversation ON ${schema}.cards (conversation_id);
    `,
  },
  {
    // Dead letters that an operator has closed.
    sql: `
    ALTER TABLE ${schema}.cards ADD COLUMN resolved_at bigint;
    CREATE INDEX cards_dead_letters ON ${schema}.cards (seq) WHERE state IN ('rejected', 'unknown', 'failed')
      AND resolved_at IS NULL AND NOT (code IS NOT NULL AND code = 'genesys.conversationEnded');
    `,
  },
  {
    // Sums and samples for the operator's charts, begun with the cards of the last week; the length of a step is in milliseconds.
    // One index has all that dead letters are counted by, the other those of a code in their order.
    sql: `
    DROP INDEX ${schema}.cards_dead_letters;
    CREATE INDEX cards_dead_letters ON ${schema}.cards (seq) INCLUDE (state, code)
      WHERE state IN ('rejected', 'unknown', 'failed') AND resolved_at IS NULL
      AND NOT (code IS NOT NULL AND code = 'genesys.conversationEnded');
    CREATE INDEX cards_ended_codes ON ${schema}.cards (code, seq) WHERE state IN ('rejected', 'unknown', 'failed');
    CREATE TABLE ${schema}.figures (
      step integer NOT NULL,
      at bigint NOT NULL,
      name text NOT NULL,
      bucket integer NOT NULL,
      value bigint NOT NULL,
      PRIMARY KEY (step, at, name, bucket)
    );
    INSERT INTO ${schema}.figures
      SELECT step, settled_at - settled_at % step AS at, name, bucket, count(*)
      FROM (
        SELECT settled_at, CASE WHEN code IS NOT NULL AND code = 'genesys.conversationEnded' THEN 'left' ELSE state END AS name,
          0 AS bucket FROM ${schema}.cards
        UNION ALL
        SELECT settled_at, 'ms', ceil(4 * ln(greatest(settled_at - started_at, 1)) / ln(2))::integer FROM ${schema}.cards
          WHERE NOT (code IS NOT NULL AND code = 'genesys.conversationEnded')
      ) AS ended, (VALUES (60000), (900000), (3600000)) AS steps (step)
      WHERE settled_at IS NOT NULL AND settled_at > (SELECT ${schema}.now_ms()) - step * 200 GROUP BY 1, 2, 3, 4;
    `,
  },
];

/**
 * Brings the database to the newest schema, in one transaction under a lock: of instances that start together one migrates
 * and the others wait. A newer schema is left alone.
 *
 * @throws CodedError `store.unavailable` when the schema is so new that this program cannot work with it
 */
export async function migrate(database: Database, all: readonly Step[] = steps): Promise<void> {
  const [found] = await database.query('SELECT to_regclass($1) AS versions', [
    `${database.schema}.schema_version`,
  ]);
  if (found?.versions !== null && (await readVersion(database, all)) >= all.length) return;
  await database.transaction(async (sql) => {
    await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('genesys_cards.migrate', 0))");
    // The schema of pg-boss, too: under its own lock, two instances may both take it for missing.
    for (const name of [database.schema, `${database.schema}_queue`]) {
      // CREATE SCHEMA IF NOT EXISTS needs the right to create one even where the schema exists.
      const [existing] = await sql.query('SELECT to_regnamespace($1) AS schema', [name]);
      if (existing?.schema === null) await sql.query(`CREATE SCHEMA ${name}`);
    }
    await sql.query(
      `CREATE TABLE IF NOT EXISTS ${schema}.schema_version (version integer NOT NULL, oldest integer NOT NULL)`,
    );
    const version = await readVersion(sql, all);
    if (version >= all.length) return;
    for (const step of all.slice(version)) await sql.query(step.sql);
    const oldest = all.findLastIndex((step) => step.endsOlder === true) + 1;
    await sql.query(`DELETE FROM ${schema}.schema_version`);
    await sql.query(`INSERT INTO ${schema}.schema_version VALUES ($1, $2)`, [all.length, oldest]);
  });
}

async function readVersion(sql: Sql, all: readonly Step[]): Promise<number> {
  const [row] = await sql.query(`SELECT version, oldest FROM ${schema}.schema_version`);
  if (Number(row?.oldest ?? 0) > all.length) {
    throw new CodedError('store.unavailable', 'The database belongs to a newer version of this program.', {
      hint: 'Start the newer version; this version does not know its tables.',
    });
  }
  return Number(row?.version ?? 0);
}

import { Pool, type PoolClient } from 'pg';
import { schema, schemaOf } from './schema.ts';
import { StoreError } from './storeError.ts';

/** A row as the driver returns it: 64-bit integers are strings. */
export type Row = Record<string, unknown>;

/** Runs SQL: the database, or one transaction on it. */
export interface Sql {
  /** The schema of our tables. */
  readonly schema: string;
  /** @throws StoreError */
  query(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** How the database is reached. */
export interface DatabaseOptions {
  /** `postgres://…`, with `?schema=NAME` for another schema than `genesys_cards`. */
  url: string;
  /** Connections of the pool; default 8. */
  maxConnections?: number;
  /** Default: 2 s for a connection, 5 s for a query. */
  limits?: DatabaseLimits;
}

/** How long the database may take, in milliseconds. */
export interface DatabaseLimits {
  readonly connectMs: number;
  readonly queryMs: number;
}

/** Keeps a turn below its 15 seconds whatever the database does. */
export const defaultLimits: DatabaseLimits = { connectMs: 2_000, queryMs: 5_000 };

/** While the database is away, one call in this many milliseconds tries it; all others fail at once. */
const probeEveryMs = 500;

/** The pool of connections to PostgreSQL: calls are limited in time, and fail at once while the database is away. */
export class Database implements Sql {
  readonly schema: string;
  readonly #options: DatabaseOptions;
  #pool: Pool;
  /** Why the database could not be reached; undefined while it can. */
  #away: StoreError | undefined;
  #nextProbe = 0;
  #writeFailure: StoreError | undefined;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.schema = schemaOf(options.url);
    this.#pool = this.#openPool();
  }

  #openPool(): Pool {
    const { url, maxConnections = 8, limits = defaultLimits } = this.#options;
    const pool = new Pool({
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: limits.connectMs,
      query_timeout: limits.queryMs,
      application_name: 'genesys-card-bot',
      keepAlive: true,
    });
    // A connection that breaks has failed its query, and the pool opens another one at the next use.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  }

  /** Why the server last could not write: no room, read-only, damaged; stays until `forgetWriteFailure`. */
  get writeFailure(): StoreError | undefined {
    return this.#writeFailure;
  }

  /** Call it after a write of the same kind succeeded. */
  forgetWriteFailure(): void {
    this.#writeFailure = undefined;
  }

  /** True from the first call that could not reach the database until one that could. */
  get isAway(): boolean {
    return this.#away !== undefined;
  }

  /** @param limitMs how long the statement may take, in milliseconds; default: as the options say */
  query(sql: string, values: readonly unknown[] = [], limitMs?: number): Promise<Row[]> {
    return this.#guard(() => this.#run(this.#pool, sql, values, limitMs));
  }

  /** Runs `work` in one transaction; an error that it throws rolls everything back, and is thrown unchanged. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#guard(async () => {
      const client = await this.#pool.connect().catch(throwStoreError);
      try {
        await this.#run(client, 'BEGIN');
        const result = await work({
          schema: this.schema,
          query: (sql, values) => this.#run(client, sql, values),
        });
        await this.#run(client, 'COMMIT');
        client.release();
        return result;
      } catch (error) {
        // Closed rather than rolled back: that ends the transaction on the server, too, and cannot hang.
        client.release(true);
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #run(
    on: Pool | PoolClient,
    sql: string,
    values: readonly unknown[] = [],
    query_timeout?: number,
  ): Promise<Row[]> {
    // Values are never part of a statement's text, so this changes names only.
    const text = this.schema === schema ? sql : sql.replaceAll(`${schema}.`, `${this.schema}.`);
    const statement = { text, values: [...values], query_timeout };
    // Of several statements in one text, the driver returns an array of results.
    const results: { rows: Row[] } | { rows: Row[] }[] = await on.query(statement).catch(throwStoreError);
    return [results].flat().flatMap(({ rows }) => rows);
  }

  async #guard<T>(call: () => Promise<T>): Promise<T> {
    if (this.#away !== undefined) {
      const now = performance.now();
      if (now < this.#nextProbe) throw this.#away;
      this.#nextProbe = now + probeEveryMs;
    }
    const pool = this.#pool;
    try {
      const result = await call();
      this.#away = undefined;
      return result;
    } catch (error) {
      if (error instanceof StoreError) {
        if (writeFailureStates.test(error.sqlState ?? '')) this.#writeFailure = error;
        // After a fail-over, the other connections lead to the server that has become read-only, too.
        if (error.sqlState === readOnlyState && pool === this.#pool) {
          this.#pool = this.#openPool();
          void pool.end();
        }
        this.#away = error.isAway ? error : undefined;
        this.#nextProbe = performance.now() + probeEveryMs;
      }
      throw error;
    }
  }
}

/** SQLSTATE of a server that accepts no writes, such as a standby. */
const readOnlyState = '25006';

/** Classes of SQLSTATE that fail writes alone: no room, read-only, trouble with files, damage. */
const writeFailureStates = /^(53|25006|58|XX)/;

function throwStoreError(cause: unknown): never {
  throw new StoreError(cause);
}

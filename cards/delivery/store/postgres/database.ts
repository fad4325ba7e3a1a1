import { DatabaseError, Pool } from 'pg';
import { CodedError } from '../../../errors.ts';
import { explainDatabaseError } from './databaseWords.ts';
import { schema, schemaOf } from './schema.ts';

/** A row as the driver gives it: 64-bit integers are strings. */
export type Row = Record<string, unknown>;

/** Something that runs SQL: the database, or one transaction on it. */
export interface Sql {
  /** Of our tables. */
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
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
}

/** How long the database may take, in milliseconds. */
export interface DatabaseLimits {
  readonly connectMs: number;
  readonly queryMs: number;
}

/** Keeps a turn below its 15 seconds whatever the database does. */
export const defaultLimits: DatabaseLimits = { connectMs: 2_000, queryMs: 5_000 };

/** While the database is away, one call in this time asks whether it is back; all others fail at once. */
const probeEveryMs = 500;

/** The pool of connections to PostgreSQL: bounded in time, and quick to say that the database is away. */
export class Database implements Sql {
  readonly schema: string;
  readonly #options: DatabaseOptions;
  readonly #now: () => number;
  #pool: Pool;
  /** Why the database could not be reached; undefined while it can. */
  #away: StoreError | undefined;
  #nextProbe = 0;
  #writeFailure: StoreError | undefined;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.schema = schemaOf(options.url);
    this.#now = options.now ?? (() => performance.now());
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
    // A connection that breaks is replaced at its next use, and what was asked on it has failed: nothing else is to be done.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  }

  /** Why the server last could not write: no room, read-only, damaged; stays until `forgetWriteFailure`. */
  get writeFailure(): StoreError | undefined {
    return this.#writeFailure;
  }

  /** After a write of the same kind succeeded. */
  forgetWriteFailure(): void {
    this.#writeFailure = undefined;
  }

  /** True from the first call that could not reach the database until one that could. */
  get isAway(): boolean {
    return this.#away !== undefined;
  }

  /** @param limitMs how long the statement may take, in milliseconds; default: as the options say */
  query(sql: string, values: readonly unknown[] = [], limitMs?: number): Promise<Row[]> {
    const statement = { text: this.#named(sql), values: [...values], query_timeout: limitMs };
    return this.#guard(async () => rowsOf(await withStoreErrors(this.#pool.query(statement))));
  }

  /** Runs `work` in one transaction; what it throws rolls everything back, and is thrown as it is. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#guard(async () => {
      const client = await withStoreErrors(this.#pool.connect());
      try {
        await withStoreErrors(client.query('BEGIN'));
        const next = createQueue();
        const result = await work({
          schema: this.schema,
          query: (sql, values = []) =>
            next(async () => rowsOf(await withStoreErrors(client.query(this.#named(sql), [...values])))),
        });
        await withStoreErrors(client.query('COMMIT'));
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

  /** A statement with the name of this database's schema: values are never part of its text. */
  #named(sql: string): string {
    return this.schema === schema ? sql : sql.replaceAll(`${schema}.`, `${this.schema}.`);
  }

  async #guard<T>(call: () => Promise<T>): Promise<T> {
    if (this.#away !== undefined) {
      const now = this.#now();
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
        if (cannotWrite.test(error.sqlState ?? '')) this.#writeFailure = error;
        // After a fail-over the other connections lead to the server that takes no writes any more, too.
        if (error.sqlState === readOnlyState && pool === this.#pool) {
          this.#pool = this.#openPool();
          void pool.end();
        }
        this.#away = error.isAway ? error : undefined;
        this.#nextProbe = this.#now() + probeEveryMs;
      }
      throw error;
    }
  }
}

/** What the driver, or a library on it, throws as an error of ours; a bug stays as it is. */
export function toStoreError(error: unknown): unknown {
  const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return error instanceof CodedError || isBug ? error : new StoreError(error);
}

/** The code that Node gives to an error of the network, of TLS or of files; several addresses fail as one. */
function errnoOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return errnoOf(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : undefined;
}

/** What the driver says when a call fails, as an error of ours. */
async function withStoreErrors<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new StoreError(error);
  }
}

function rowsOf(result: { rows: Row[] } | { rows: Row[] }[]): Row[] {
  return Array.isArray(result) ? result.flatMap((one) => one.rows) : result.rows;
}

/** What a server says that takes no writes, such as a standby. */
const readOnlyState = '25006';

/** Classes of SQLSTATE that say something of the server and not of the statement. */
const serverStates = /^(08|57P|53|25006)/;

/** Of these, what stands in the way of writes alone: no room, read-only, trouble with files, damage. */
const cannotWrite = /^(53|25006|58|XX)/;

/** Of the statements that the server refused, those that pass when they are run once more. */
const collisionStates = new Set(['40001', '40P01', '55P03']);

/** `store.unavailable` by way of PostgreSQL. */
export class StoreError extends CodedError {
  /** The code by which the server refused a statement; undefined when it could not be reached. */
  readonly sqlState: string | undefined;

  constructor(cause: unknown) {
    const sqlState = cause instanceof DatabaseError ? cause.code : undefined;
    const { message, hint } = explainDatabaseError(sqlState, errnoOf(cause));
    super('store.unavailable', message, { cause, hint });
    this.sqlState = sqlState;
  }

  /** Whether it is the server that fails, and not the statement. */
  get isAway(): boolean {
    return this.sqlState === undefined || serverStates.test(this.sqlState);
  }
}

/**
 * Says whether the same statements may well succeed later: the server was away, or others were in the way. A statement that is
 * refused for another reason is a fault of ours.
 */
export function isPassing(error: unknown): boolean {
  return error instanceof StoreError && (error.isAway || collisionStates.has(error.sqlState ?? ''));
}

/**
 * Makes a queue that runs work one after the other, in the order in which it came: a connection of PostgreSQL takes one query
 * at a time. Work that fails does not hold up what comes after it.
 */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

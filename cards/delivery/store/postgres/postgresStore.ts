import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { type AuditEntry, checkChainKey } from '../../audit.ts';
import { deriveKeyring, type StoreKeyring } from '../../storeKeys.ts';
import { PostgresAnalyticsSource, readHead } from './auditLog.ts';
import type { CardWrite, WriteResult } from './cardWrite.ts';
import { Database, type DatabaseLimits, defaultLimits, isPassing, toStoreError } from './database.ts';
import { GroupWrites } from './groupWrites.ts';
import { createBoss, createQueues } from './jobs.ts';
import { runCardWrites } from './runCardWrites.ts';
import { migrate, schema } from './schema.ts';
import { Session } from './session.ts';
import { readStoreSecret } from './storeSecret.ts';
import { requireSuitable, startSession } from './suitability.ts';
import { tryWrite } from './tryWrite.ts';

/** How the store is reached. */
export interface PostgresStoreOptions {
  /** `postgres://…` */
  url: string;
  /** Default: 2 s for a connection, 5 s for a query. */
  limits?: DatabaseLimits;
  /** How long the start waits for a database that is away, in milliseconds; default 30,000. */
  startWaitMs?: number;
  /** The operator's secrets, the newest first; default: none, only the store's own counts. */
  secrets?: readonly string[];
  /** Called with an error of the database after which the store retries. */
  onTrouble?: (error: unknown) => void;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
}

/** A database that took a write this long ago, in milliseconds, need not be tried. */
const freshMs = 1_000;

/** What the instances of a bot share in PostgreSQL, and what ties this instance to it. */
export class PostgresStore {
  /** This instance, as long as it runs. */
  readonly instance = randomUUID();
  readonly database: Database;
  readonly session: Session;
  readonly boss: PgBoss;
  readonly writes: GroupWrites<CardWrite, WriteResult>;
  readonly analytics: PostgresAnalyticsSource;
  readonly #options: PostgresStoreOptions;
  #keys: StoreKeyring | undefined;
  readonly #listeners = new Set<StoreListener>();
  readonly #now: () => number;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PostgresStoreOptions) {
    const { url, limits = defaultLimits, onTrouble } = options;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.database = new Database({ url, limits });
    this.session = new Session({
      url,
      limits,
      onNotification: (payload) => {
        for (const listener of this.#listeners) listener.onNotification(payload);
      },
      onConnected: () => {
        for (const listener of this.#listeners) listener.onConnected();
      },
    });
    this.boss = createBoss(this.database);
    this.boss.on('error', (error) => onTrouble?.(toStoreError(error)));
    const { database, boss, instance } = this;
    this.writes = new GroupWrites({
      run: (writes) => runCardWrites({ database, boss, keys: this.keys, instance }, writes),
    });
    this.analytics = new PostgresAnalyticsSource(database, this.session);
  }

  /** The keys of the store, which its instances share; there from the start on. */
  get keys(): StoreKeyring {
    if (this.#keys === undefined) throw new TypeError('The store is not started.');
    return this.#keys;
  }

  /** Adds a listener of the notifications among instances. */
  listen(listener: StoreListener): void {
    this.#listeners.add(listener);
  }

  /**
   * Brings the tables up to date and connects; waits for a database that is away.
   *
   * @throws CodedError `store.unavailable`, or `config.invalid` without the secret that signed the audit log
   */
  async start(): Promise<void> {
    const { startWaitMs = 30_000, secrets = [], onTrouble } = this.#options;
    const until = performance.now() + startWaitMs;
    for (;;) {
      try {
        await requireSuitable(this.database);
        await migrate(this.database);
        this.#keys = deriveKeyring({ given: secrets, own: await readStoreSecret(this.database) });
        checkChainKey((await readHead(this.database)).hash, this.#keys);
        await this.boss.start();
        await createQueues(this.boss);
        await startSession(this.session, this.database);
        return;
      } catch (thrown) {
        // pg-boss and the session throw what the driver throws.
        const error = toStoreError(thrown);
        if (!isPassing(error) || performance.now() >= until) throw error;
        onTrouble?.(error);
        await sleep(500);
      }
    }
  }

  /** Notes something about a card that was never stored, or that happened beside its way. */
  async note(entry: AuditEntry): Promise<void> {
    await this.writes.write({ kind: 'note', entry }, notePatienceMs);
  }

  /**
   * Resolves when the database is reached and takes writes: one that was tried within a second counts, unless a later one
   * failed.
   *
   * @throws CodedError `store.unavailable`
   */
  async check(): Promise<void> {
    const { writeFailure } = this.database;
    if (writeFailure === undefined && this.#now() - this.#checkedAt <= freshMs) {
      await this.database.query('SELECT 1');
      return;
    }
    if (writeFailure !== undefined) await this.#tryLargeWrite();
    await tryWrite(this.database);
    this.database.forgetWriteFailure();
    this.#checkedAt = this.#now();
  }

  /** A full disk still has room for a small row: what is tried is as large as a card, and rolled back. */
  async #tryLargeWrite(): Promise<void> {
    const isEnough = new Error('This much can be written.');
    try {
      await this.database.transaction(async (sql) => {
        // Random, for the server compresses.
        const value = randomBytes(32 * 1024).toString('hex');
        await sql.query(`INSERT INTO ${schema}.meta VALUES ($1, $2)`, [`trial/${randomUUID()}`, value]);
        throw isEnough;
      });
    } catch (error) {
      if (error !== isEnough) throw error;
    }
  }

  async close(): Promise<void> {
    await this.writes.stop();
    await this.session.stop();
    await this.boss.stop({ graceful: false }).catch(() => {});
    await this.database.close();
  }
}

/** An audit entry that no card depends on waits this long for a database that is away. */
const notePatienceMs = 60_000;

/** A listener of the notifications among instances. */
export interface StoreListener {
  onNotification: (payload: string) => void;
  /** The channel is (again) listened to: what was said in between was missed. */
  onConnected: () => void;
}

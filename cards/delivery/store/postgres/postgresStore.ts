import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import type { AnalyticsSource } from '../../analytics.ts';
import { checkChainKey } from '../../audit.ts';
import type { AuditEntry } from '../../cardEvents.ts';
import { deriveKeyring, type StoreKeyring } from '../../storeKeys.ts';
import { createAnalyticsSource, readHead } from './auditLog.ts';
import { Database, type DatabaseLimits, defaultLimits } from './database.ts';
import { GroupWrites } from './groupWrites.ts';
import { createBoss, createQueues } from './jobs.ts';
import { readStoreSecret, tryLargeWrite, tryWrite } from './meta.ts';
import { runCardWrites } from './runCardWrites.ts';
import { migrate } from './schema.ts';
import { Session } from './session.ts';
import { isPassing, toStoreError } from './storeError.ts';
import { requireSuitable, startSession } from './suitability.ts';

/** How the store is reached. */
export interface PostgresStoreOptions {
  /** `postgres://…` */
  url: string;
  /** Default: 2 s for a connection, 5 s for a query. */
  limits?: DatabaseLimits;
  /** How long the start waits for a database that is away, in milliseconds; default 30,000. */
  startWaitMs?: number;
  /** The operator's secrets, the newest first; default: none, the store's own secret signs. */
  secrets?: readonly string[];
  /** Called with an error of the database after which the store retries. */
  onTrouble?: (error: unknown) => void;
}

/** How long a successful write proves that the database accepts writes, in milliseconds. */
const freshMs = 1_000;

/** How long the write of an audit entry that no card depends on is retried, in milliseconds. */
const notePatienceMs = 60_000;

/** The store in PostgreSQL that the instances of a bot share, and this instance's connections to it. */
export class PostgresStore {
  /** This instance, as long as it runs. */
  readonly instance = randomUUID();
  readonly database: Database;
  readonly session: Session;
  readonly boss: PgBoss;
  readonly writes: GroupWrites;
  readonly analytics: AnalyticsSource;
  readonly #options: PostgresStoreOptions;
  #keys: StoreKeyring | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PostgresStoreOptions) {
    const { url, limits = defaultLimits, onTrouble } = options;
    this.#options = options;
    const database = new Database({ url, limits });
    const boss = createBoss(database);
    boss.on('error', (error) => onTrouble?.(toStoreError(error)));
    this.database = database;
    this.boss = boss;
    this.session = new Session({ url, limits });
    this.writes = new GroupWrites((writes) =>
      runCardWrites({ database, boss, keys: this.keys, instance: this.instance }, writes),
    );
    this.analytics = createAnalyticsSource(database, this.session);
  }

  /** The keys of the store, which its instances share; known from the start on. */
  get keys(): StoreKeyring {
    if (this.#keys === undefined) throw new TypeError('The store is not started.');
    return this.#keys;
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
        await startSession(this.session, this.database);
        await this.boss.start();
        await createQueues(this.boss);
        return;
      } catch (thrown) {
        // The session throws errors of the driver.
        const error = toStoreError(thrown);
        if (!isPassing(error) || performance.now() >= until) throw error;
        onTrouble?.(error);
        await sleep(500);
      }
    }
  }

  /** Writes an audit entry about a card that was never stored, or that changes no card. */
  async note(entry: AuditEntry): Promise<void> {
    await this.writes.write({ kind: 'note', entry }, notePatienceMs);
  }

  /**
   * Resolves when the database answers and accepts writes. A write that succeeded less than a second ago is proof enough,
   * unless a later write failed.
   *
   * @throws CodedError `store.unavailable`
   */
  async check(): Promise<void> {
    const hasFailed = this.database.writeFailure !== undefined;
    if (!hasFailed && performance.now() - this.#checkedAt <= freshMs) {
      await this.database.query('SELECT 1');
      return;
    }
    if (hasFailed) await tryLargeWrite(this.database);
    await tryWrite(this.database);
    this.database.forgetWriteFailure();
    this.#checkedAt = performance.now();
  }

  async close(): Promise<void> {
    await this.writes.stop();
    await this.session.stop();
    await this.boss.stop({ graceful: false }).catch(() => {});
    await this.database.close();
  }
}

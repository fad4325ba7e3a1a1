import { setTimeout as sleep } from 'node:timers/promises';
import { LocalTurnGate, longestWaitMs, rememberMs, type TurnGate } from '../turnGate.ts';
import type { PostgresStore } from './postgresStore.ts';
import { schema } from './schema.ts';

/** How long a turn counts as running, in milliseconds: the turn of an instance that was killed may then be done again. */
const runningMs = 30_000;

/** Waits between two looks at a lock that another instance has, in milliseconds: from the first to the longest. */
const lookMs = { first: 20, longest: 200 };

/** How often what need not be remembered any more is deleted, in milliseconds. */
const forgetEveryMs = 5 * 60_000;

/**
 * The gate of many instances, so that a load balancer may send any turn to any of them. While the database is away each
 * instance keeps its own.
 */
export class PostgresTurnGate implements TurnGate {
  readonly #store: Pick<PostgresStore, 'database' | 'session' | 'keys'>;
  readonly #local = new LocalTurnGate();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<PostgresStore, 'database' | 'session' | 'keys'>) {
    this.#store = store;
  }

  /** Begins to delete what need not be remembered any more. */
  start(): void {
    this.#timer = setInterval(() => {
      void this.#tell(`DELETE FROM ${schema}.turns WHERE until < now()`, []);
    }, forgetEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  once(key: string, work: () => Promise<void>): Promise<void> {
    return this.#local.once(key, async () => {
      const id = this.#store.keys.turn.digest(key);
      if (!(await this.#claim(id))) return;
      try {
        await work();
      } catch (error) {
        await this.#tell(`DELETE FROM ${schema}.turns WHERE key = $1`, [id]);
        throw error;
      }
      void this.#tell(
        `UPDATE ${schema}.turns SET until = now() + $2 * interval '1 millisecond' WHERE key = $1`,
        [id, rememberMs],
      );
    });
  }

  inOrder<T>(key: string, work: () => Promise<T>, waitMs = longestWaitMs): Promise<T> {
    const until = performance.now() + waitMs;
    const alone = async () => {
      const name = `turn ${key}`;
      await this.#lock(name, until);
      try {
        return await work();
      } finally {
        await this.#store.session.unlock(name);
      }
    };
    return this.#local.inOrder(key, alone, waitMs);
  }

  async #claim(id: Buffer): Promise<boolean> {
    try {
      const claimed = await this.#store.database.query(
        `INSERT INTO ${schema}.turns AS t (key, until) VALUES ($1, now() + $2 * interval '1 millisecond')
         ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE t.until < now() RETURNING key`,
        [id, runningMs],
      );
      return claimed.length > 0;
    } catch {
      return true;
    }
  }

  /** A lock is taken without waiting for it: a wait would hold up every other lock of this instance. */
  async #lock(name: string, until: number): Promise<void> {
    for (let ms = lookMs.first; performance.now() < until; ms = Math.min(2 * ms, lookMs.longest)) {
      if ((await this.#store.session.lock(name)) !== false) return;
      await sleep(ms);
    }
  }

  async #tell(sql: string, values: readonly unknown[]): Promise<void> {
    try {
      await this.#store.database.query(sql, values);
    } catch {
      // The database is away: the row ends by its own time.
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { LocalTurnGate, longestWaitMs, rememberMs, type TurnGate } from '../turnGate.ts';
import type { PostgresStore } from './postgresStore.ts';
import { schema } from './schema.ts';

/** How long a turn counts as running, in milliseconds: then another instance may repeat the turn of an instance that was killed. */
const runningMs = 30_000;

/** Waits between two tries of a lock that another instance has, in milliseconds: from the first to the longest. */
const retryMs = { first: 20, longest: 200 };

/**
 * The gate of many instances, so that a load balancer may send any turn to any of them. While the database is away, each
 * instance keeps its own.
 */
export class PostgresTurnGate implements TurnGate {
  readonly #store: Pick<PostgresStore, 'database' | 'session' | 'keys'>;
  readonly #local = new LocalTurnGate();

  constructor(store: Pick<PostgresStore, 'database' | 'session' | 'keys'>) {
    this.#store = store;
  }

  /** Deletes the keys that are no longer remembered. */
  async prune(): Promise<void> {
    await this.#store.database.query(`DELETE FROM ${schema}.turns WHERE until < now()`);
  }

  once(key: string, work: () => Promise<void>): Promise<void> {
    return this.#local.once(key, async () => {
      const id = this.#store.keys.turn.digest(key);
      if (!(await this.#claim(id))) return;
      try {
        await work();
      } catch (error) {
        await this.#tryQuery(`DELETE FROM ${schema}.turns WHERE key = $1`, [id]);
        throw error;
      }
      void this.#tryQuery(
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

  /** Takes a lock by trying: a wait for it in the database would block every other lock of this instance. */
  async #lock(name: string, until: number): Promise<void> {
    for (let ms = retryMs.first; performance.now() < until; ms = Math.min(2 * ms, retryMs.longest)) {
      if ((await this.#store.session.lock(name)) !== false) return;
      await sleep(ms);
    }
  }

  async #tryQuery(sql: string, values: readonly unknown[]): Promise<void> {
    try {
      await this.#store.database.query(sql, values);
    } catch {
      // The database is away: the row expires.
    }
  }
}

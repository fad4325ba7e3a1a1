import { Client } from 'pg';
import { waitAtMost } from '../../clock.ts';
import { createQueue, type DatabaseLimits, defaultLimits } from './database.ts';
import { schemaOf } from './schema.ts';

/** Wait before the connection is made again, in milliseconds. */
const reconnectMs = 250;

/** How the session is kept. */
export interface SessionOptions {
  /** `postgres://…` */
  url: string;
  /** Default: 2 s for a connection, 5 s for a query. */
  limits?: DatabaseLimits;
  /** Called with each notification. */
  onNotification: (payload: string) => void;
  /** Called when the session listens to the channel, at first or again: it missed what was sent in between. */
  onConnected: () => void;
  /** How often the connection is tried, in milliseconds; default 5,000. */
  heartbeatMs?: number;
}

/**
 * One connection of its own, for what PostgreSQL ties to a connection: notifications, and locks that end by themselves
 * when the process that holds them ends. Both are those of the address's schema alone. It comes back by itself when it breaks; the locks that it held are gone then.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #schema: string;
  #client: Client | undefined;
  readonly #next = createQueue();
  #held = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#schema = schemaOf(options.url);
  }

  /** Connects, unless it is connected; later breaks are repaired in the background. */
  async start(): Promise<void> {
    if (this.#client !== undefined) return;
    clearTimeout(this.#timer);
    await this.#connect();
  }

  /**
   * The server's process that answers this session.
   *
   * @throws Error of the driver, or when the session is not connected
   */
  async readPid(): Promise<unknown> {
    const client = this.#client;
    if (client === undefined) throw new Error('The connection is gone.');
    return (await this.#ask(client, 'SELECT pg_backend_pid() AS pid'))[0]?.pid;
  }

  /**
   * Takes a lock that all instances share, without waiting for it; one that this session has counts as taken.
   *
   * @returns undefined when the database cannot be asked
   */
  async lock(name: string): Promise<boolean | undefined> {
    if (this.#held.has(name)) return true;
    const client = this.#client;
    if (client === undefined) return undefined;
    try {
      const rows = await this.#ask(client, 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [
        this.#key(name),
      ]);
      const isTaken = rows[0]?.taken === true && client === this.#client;
      if (isTaken) this.#held.add(name);
      return isTaken;
    } catch {
      return undefined;
    }
  }

  /** Gives a lock back. */
  async unlock(name: string): Promise<void> {
    const client = this.#client;
    if (!this.#held.delete(name) || client === undefined) return;
    try {
      await this.#ask(client, 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', [this.#key(name)]);
    } catch {
      // The connection broke, and the lock with it.
    }
  }

  #key(name: string): string {
    return `${this.#schema}.${name}`;
  }

  /** Asks on the connection when what was asked before is answered; on one that was given up meanwhile it asks nothing. */
  #ask(client: Client, sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.#next(async () => {
      if (client !== this.#client) throw new Error('The connection is gone.');
      return (await client.query(sql, [...values])).rows;
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await waitForEnd(client);
  }

  async #connect(): Promise<void> {
    const { url, onNotification, onConnected, heartbeatMs = 5_000 } = this.#options;
    const { limits = defaultLimits } = this.#options;
    const client = new Client({
      connectionString: url,
      application_name: 'genesys-card-bot session',
      connectionTimeoutMillis: limits.connectMs,
      query_timeout: limits.queryMs,
      keepAlive: true,
    });
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    client.on('notification', ({ payload }) => onNotification(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#schema}`);
    } catch (error) {
      await waitForEnd(client);
      throw error;
    }
    if (this.#isStopped) {
      await waitForEnd(client);
      return;
    }
    this.#client = client;
    this.#beat(client, heartbeatMs);
    onConnected();
  }

  /**
   * A connection that died without a word shows only when something is asked on it. One to a server that takes no writes any
   * more is given up, too: after a fail-over the address leads to another.
   */
  #beat(client: Client, everyMs: number): void {
    this.#timer = setTimeout(async () => {
      try {
        const { rows } = await client.query(
          "SELECT current_setting('transaction_read_only') AS is_read_only",
        );
        if (rows[0]?.is_read_only === 'on') return this.#lose(client);
        if (client === this.#client) this.#beat(client, everyMs);
      } catch {
        this.#lose(client);
      }
    }, everyMs);
    this.#timer.unref();
  }

  #lose(client: Client): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    this.#held = new Set();
    clearTimeout(this.#timer);
    void waitForEnd(client);
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(async () => {
      try {
        await this.#connect();
      } catch {
        this.#reconnectLater();
      }
    }, reconnectMs);
    this.#timer.unref();
  }
}

/** A connection that is dead never says that it has ended. */
function waitForEnd(client: Client): Promise<void> {
  return waitAtMost(
    1_000,
    client.end().catch(() => {}),
  );
}

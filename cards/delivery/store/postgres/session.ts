import { EventEmitter } from 'node:events';
import { Client } from 'pg';
import { waitAtMost } from '../../clock.ts';
import type { DatabaseLimits } from './database.ts';
import { schemaOf } from './schema.ts';

/** Wait before the connection is opened again, in milliseconds. */
const reconnectMs = 250;

/** Time between two checks of the connection, in milliseconds. */
const heartbeatMs = 5_000;

/** How the session connects. */
interface SessionOptions {
  /** `postgres://…` */
  url: string;
  limits: DatabaseLimits;
}

/** The events of a session. */
interface SessionEvents {
  notification: [payload: string];
  /** The session listens to the channel, at first or again: it missed the notifications in between. */
  connected: [];
}

/**
 * One connection of its own, for everything that PostgreSQL ties to a connection: notifications, and locks that end by
 * themselves when the process that holds them ends. Both belong to the schema that the address names. The session
 * reconnects by itself; it has then lost its locks.
 */
export class Session extends EventEmitter<SessionEvents> {
  readonly #options: SessionOptions;
  readonly #schema: string;
  readonly #held = new Set<string>();
  #client: Client | undefined;
  #connecting: Promise<void> | undefined;
  /** The answer to the query before: a connection takes one query at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: SessionOptions) {
    super();
    this.#options = options;
    this.#schema = schemaOf(options.url);
  }

  /** Connects, unless it is connected; later breaks are repaired in the background. @throws Error of the driver */
  async start(): Promise<void> {
    if (this.#client !== undefined) return;
    clearTimeout(this.#timer);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    await this.#connecting;
  }

  /**
   * Returns the id of the server's process that answers this session.
   *
   * @throws Error of the driver, or when the session is not connected
   */
  async readPid(): Promise<unknown> {
    return (await this.#ask(this.#client, 'SELECT pg_backend_pid() AS pid'))?.pid;
  }

  /**
   * Takes a lock that all instances share, without waiting for it; a lock that this session has counts as taken.
   *
   * @returns undefined when the database does not answer
   */
  async lock(name: string): Promise<boolean | undefined> {
    if (this.#held.has(name)) return true;
    const client = this.#client;
    try {
      const row = await this.#ask(client, 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [
        this.#key(name),
      ]);
      const isTaken = row?.taken === true && client === this.#client;
      if (isTaken) this.#held.add(name);
      return isTaken;
    } catch {
      return undefined;
    }
  }

  /** Releases a lock. */
  async unlock(name: string): Promise<void> {
    if (!this.#held.delete(name)) return;
    try {
      await this.#ask(this.#client, 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', [this.#key(name)]);
    } catch {
      // The connection broke, and the lock with it.
    }
  }

  #key(name: string): string {
    return `${this.#schema}.${name}`;
  }

  /** Runs a query after the one before, and returns its first row. @throws Error when the connection is not the present one */
  #ask(client: Client | undefined, sql: string, values: unknown[] = []) {
    const ask = async (): Promise<Record<string, unknown> | undefined> => {
      if (client === undefined || client !== this.#client) throw new Error('The connection is gone.');
      return (await client.query(sql, values)).rows[0];
    };
    const answer = this.#last.then(ask, ask);
    this.#last = answer;
    return answer;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await closeClient(client);
  }

  async #connect(): Promise<void> {
    const { url, limits } = this.#options;
    const client = new Client({
      connectionString: url,
      application_name: 'genesys-card-bot session',
      connectionTimeoutMillis: limits.connectMs,
      query_timeout: limits.queryMs,
      keepAlive: true,
    });
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    client.on('notification', ({ payload }) => this.emit('notification', payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#schema}`);
    } catch (error) {
      await closeClient(client);
      throw error;
    }
    if (this.#isStopped) return closeClient(client);
    this.#client = client;
    this.#checkLater(client);
    this.emit('connected');
  }

  /**
   * Checks the connection now and then: one that died in silence shows only when it is used. A connection to a server that
   * has become read-only is closed, too: after a fail-over the address leads to another server.
   */
  #checkLater(client: Client): void {
    this.#timer = setTimeout(async () => {
      try {
        const row = await this.#ask(
          client,
          "SELECT current_setting('transaction_read_only') AS is_read_only",
        );
        if (row?.is_read_only === 'on') this.#lose(client);
        else if (client === this.#client) this.#checkLater(client);
      } catch {
        this.#lose(client);
      }
    }, heartbeatMs).unref();
  }

  #lose(client: Client): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    this.#held.clear();
    clearTimeout(this.#timer);
    void closeClient(client);
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.start().catch(() => this.#reconnectLater());
    }, reconnectMs).unref();
  }
}

/** A connection that is dead never reports its end. */
function closeClient(client: Client): Promise<void> {
  return waitAtMost(
    1_000,
    client.end().catch(() => {}),
  );
}

import type { PgBoss } from 'pg-boss';
import { type CardRow, toCard } from '../../cardTable.ts';
import { CardUnderWay, isStoreFailure } from '../../cardUnderWay.ts';
import type { SetTimer } from '../../clock.ts';
import type { Database } from './database.ts';
import { cardQueue, claimJobs, heartbeatSeconds, type JobClaim, withSql } from './jobs.ts';
import { schema } from './schema.ts';

/** A card that this instance works on. */
export interface Claim {
  readonly job: JobClaim;
  /** The instance that stored the card: a turn there may wait for the outcome. */
  readonly origin: string;
  readonly underWay: CardUnderWay;
  /** True when another instance has taken the card over, because this one was silent for too long. */
  isLost: boolean;
}

/** How cards are claimed. */
interface ClaimLoopOptions {
  database: Database;
  boss: PgBoss;
  /** Works on one card; never throws. Resolves to the milliseconds until the card is due again; undefined when it is settled. */
  work: (claim: Claim) => Promise<number | undefined>;
  /** Called with an error of this program; the loop continues. */
  onFault: (error: unknown) => void;
  /** How long no route may send, in milliseconds: the loop claims nothing meanwhile. */
  pausedMs: () => number;
  /** Cards worked on at once. */
  concurrency: number;
  /** How often the loop looks for cards without a notification, in milliseconds. */
  pollMs: number;
  /** Monotonic milliseconds. */
  now: () => number;
  /** Calls back after some milliseconds; a timer of it may keep the process alive. */
  after: SetTimer;
  /** Uniform in [0, 1). */
  random: () => number;
}

/** Cards of one look into the queue. */
const batch = 64;

/**
 * While cards are worked on, one look fills the places that become free together: a look has its price, which grows with
 * the cards that wait. The wait is at least this long, in milliseconds, and as long as the last look took.
 */
const gatherMs = 5;

/** Wait before a look for another instance's card, in milliseconds: the instance that stored it most often has room. */
const othersMs = 20;

/** Claims cards of the queue as long as there is room, keeps the claims alive, and starts the work on them. */
export class ClaimLoop {
  readonly #options: ClaimLoopOptions;
  readonly #held = new Map<string, Claim>();
  #timer: ReturnType<SetTimer> | undefined;
  readonly #dueTimers = new Set<ReturnType<SetTimer>>();
  #dueAt = 0;
  #poll: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  /** How long the last look took, in milliseconds. */
  #lookMs = 0;
  #isLooking = false;
  #wasWoken = false;
  #isStopped = true;
  #onIdle: (() => void) | undefined;

  constructor(options: ClaimLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    this.#poll = setInterval(() => this.wake(), this.#options.pollMs);
    this.#heartbeat = setInterval(() => void this.#keepAlive(), (heartbeatSeconds / 3) * 1_000);
    this.wake();
  }

  /** Looks into the queue soon; `isOthers`: another instance reported cards. */
  wake(isOthers = false): void {
    if (this.#isStopped) return;
    const { now, random, after } = this.#options;
    const ownMs = this.#held.size > 0 ? Math.max(gatherMs, this.#lookMs) : 0;
    const waitMs = isOthers ? othersMs * (1 + random()) : ownMs;
    const dueAt = now() + waitMs;
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = after(waitMs, () => {
      this.#timer = undefined;
      void this.#look();
    });
  }

  /** Looks into the queue after a wait, when a card is due. */
  wakeIn(ms: number): void {
    if (this.#isStopped) return;
    const timer = this.#options.after(ms, () => {
      this.#dueTimers.delete(timer);
      this.wake();
    });
    this.#dueTimers.add(timer);
  }

  /** Claims nothing more, and resolves when the work on the claimed cards has ended, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    for (const timer of this.#dueTimers) timer.cancel();
    this.#dueTimers.clear();
    clearInterval(this.#poll);
    if (this.#held.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const limit = this.#options.after(graceMs, resolve);
      this.#onIdle = resolve;
      await promise;
      limit.cancel();
    }
    clearInterval(this.#heartbeat);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#wasWoken = true;
      return;
    }
    this.#isLooking = true;
    const { now, concurrency, pausedMs } = this.#options;
    const began = now();
    let hasMore = false;
    try {
      const room = Math.min(batch, concurrency - this.#held.size);
      if (room > 0 && pausedMs() === 0 && !this.#isStopped) hasMore = (await this.#claim(room)) === room;
    } catch (error) {
      this.#reportFault(error);
    }
    this.#isLooking = false;
    this.#lookMs = now() - began;
    if (hasMore || this.#wasWoken) {
      this.#wasWoken = false;
      this.wake();
    }
  }

  async #claim(room: number): Promise<number> {
    const { database, boss } = this.#options;
    const jobs = await claimJobs(boss, database, room);
    if (jobs.length === 0) return 0;
    const rows = await database.query(
      `SELECT *, ${schema}.now_ms() - started_at AS age_ms FROM ${schema}.cards WHERE message_id = ANY($1)`,
      [jobs.map((job) => job.data.messageId)],
    );
    const rowOf = new Map(rows.map((row) => [row.message_id, row]));
    const orphans: string[] = [];
    for (const { id, retryCount, data } of jobs) {
      const row = rowOf.get(data.messageId);
      // A race or a prune may leave the job of a card that is deleted or settled.
      if (row?.state !== 'pending' && row?.state !== 'sending') orphans.push(id);
      else this.#hold(toClaim(row, { id, retryCount }, this.#options.now));
    }
    if (orphans.length > 0) await boss.deleteJob(cardQueue, orphans, withSql(database));
    return jobs.length;
  }

  #hold(claim: Claim): void {
    this.#held.set(claim.job.id, claim);
    void this.#options.work(claim).then((waitMs) => {
      if (this.#held.get(claim.job.id) === claim) this.#held.delete(claim.job.id);
      if (this.#held.size === 0) this.#onIdle?.();
      if (waitMs !== undefined) this.wakeIn(waitMs);
      this.wake();
    });
  }

  /** Sends a heartbeat for each claim; a claim without its job was taken over, because this instance was silent for too long. */
  async #keepAlive(): Promise<void> {
    const { boss, database } = this.#options;
    const held = [...this.#held.values()].filter((claim) => !claim.isLost);
    if (held.length === 0) return;
    try {
      const jobs = held.map((claim) => claim.job);
      const isAlive = new Set(readSettledIds(await boss.touch(cardQueue, jobs, withSql(database))));
      for (const claim of held) if (!isAlive.has(claim.job.id)) claim.isLost = true;
    } catch (error) {
      this.#reportFault(error);
    }
  }

  /** A database that is away needs no report here: the next poll or heartbeat tries it again. */
  #reportFault(error: unknown): void {
    if (!isStoreFailure(error)) this.#options.onFault(error);
  }
}

function toClaim(row: CardRow, job: JobClaim, now: () => number): Claim {
  const underWay = new CardUnderWay(toCard(row), Math.max(0, Number(row.age_ms)), now);
  return { job, origin: String(row.origin), underWay, isLost: false };
}

/** Returns the ids of the jobs that a call of pg-boss reached; its types lack them. */
function readSettledIds(response: object): readonly string[] {
  const ids = 'settled' in response ? response.settled : undefined;
  return Array.isArray(ids) ? ids.map(String) : [];
}

import type { PgBoss } from 'pg-boss';
import { type CardRow, toCard } from '../../cardRow.ts';
import { CardUnderWay } from '../../cardUnderWay.ts';
import type { SetTimer } from '../../clock.ts';
import type { Claim } from './cardWrite.ts';
import type { Database } from './database.ts';
import { cardQueue, claimJobs, heartbeatSeconds, type JobClaim } from './jobs.ts';
import { schema } from './schema.ts';

/** How cards are claimed. */
export interface ClaimLoopOptions {
  database: Database;
  boss: PgBoss;
  /** Works on one card; never throws. Gives in how many milliseconds it is due again; undefined when it is over. */
  work: (claim: Claim) => Promise<number | undefined>;
  /** How long no route may send, in milliseconds: nothing is claimed meanwhile. */
  pausedMs: () => number;
  /** Cards worked on at once. */
  concurrency: number;
  /** How often the store is searched for cards without a notification, in milliseconds. */
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
 * While cards are worked on, slots that become free are filled together: a look into the queue has its price, which grows
 * with the cards that wait. At least this long, in milliseconds, and as long as the last look took.
 */
const gatherMs = 5;

/** Another instance's card is looked for a little later: the one that stored it comes first, and most often has room. */
const othersMs = 20;

/** Claims cards of the queue as long as there is room, keeps the claims alive, and lets them be worked on. */
export class ClaimLoop {
  readonly #options: ClaimLoopOptions;
  readonly #held = new Map<string, Claim>();
  #timer: ReturnType<SetTimer> | undefined;
  readonly #dueTimers = new Set<ReturnType<SetTimer>>();
  #dueAt = 0;
  #poll: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  /** How long the last look took. */
  #lookMs = 0;
  #isLooking = false;
  #wasWoken = false;
  #isStopped = true;
  #onIdle: (() => void) | undefined;

  constructor(options: ClaimLoopOptions) {
    this.#options = options;
  }

  /** Cards that are worked on. */
  get size(): number {
    return this.#held.size;
  }

  start(): void {
    this.#isStopped = false;
    this.#poll = setInterval(() => this.wake(), this.#options.pollMs);
    this.#heartbeat = setInterval(() => void this.#keepAlive(), (heartbeatSeconds / 3) * 1_000);
    this.wake();
  }

  /** Says that there may be cards; `isOthers`: another instance said so. */
  wake(isOthers = false): void {
    if (this.#isStopped) return;
    const waitMs = isOthers
      ? othersMs * (1 + this.#options.random())
      : this.#held.size > 0
        ? Math.max(gatherMs, this.#lookMs)
        : 0;
    const dueAt = this.#options.now() + waitMs;
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = this.#options.after(waitMs, () => {
      this.#timer = undefined;
      void this.#look();
    });
  }

  /** Looks again after a wait, when a card is due. */
  wakeIn(ms: number): void {
    if (this.#isStopped) return;
    const timer = this.#options.after(ms, () => {
      this.#dueTimers.delete(timer);
      this.wake();
    });
    this.#dueTimers.add(timer);
  }

  /** Claims nothing more, and resolves when what is worked on has ended, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    for (const timer of this.#dueTimers) timer.cancel();
    this.#dueTimers.clear();
    clearInterval(this.#poll);
    if (this.#held.size > 0) {
      await new Promise<void>((resolve) => {
        const limit = this.#options.after(graceMs, resolve);
        this.#onIdle = () => {
          limit.cancel();
          resolve();
        };
      });
    }
    clearInterval(this.#heartbeat);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#wasWoken = true;
      return;
    }
    this.#isLooking = true;
    const began = this.#options.now();
    let isMore = false;
    try {
      const room = Math.min(batch, this.#options.concurrency - this.#held.size);
      if (room > 0 && this.#options.pausedMs() === 0 && !this.#isStopped)
        isMore = (await this.#claim(room)) === room;
    } catch {
      // The database is away: the poll looks again.
    }
    this.#isLooking = false;
    this.#lookMs = this.#options.now() - began;
    if (isMore || this.#wasWoken) {
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
      // A job whose card is gone or finished is what a race or a prune left over.
      if (row?.state !== 'pending' && row?.state !== 'sending') orphans.push(id);
      else this.#hold(toClaim(row, { id, retryCount }, this.#options.now));
    }
    if (orphans.length > 0) await boss.deleteJob(cardQueue, orphans);
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

  /** A claim that this finds gone was taken over: this instance was silent for too long. */
  async #keepAlive(): Promise<void> {
    const { boss } = this.#options;
    const held = [...this.#held.values()].filter((claim) => !claim.isLost);
    if (held.length === 0) return;
    try {
      const touched = await boss.touch(
        cardQueue,
        held.map((claim) => claim.job),
      );
      const isAlive = new Set(readSettledIds(touched));
      for (const claim of held) if (!isAlive.has(claim.job.id)) claim.isLost = true;
    } catch {
      // The database is away: whether the claims are lost shows when it is back.
    }
  }
}

function toClaim(row: CardRow, job: JobClaim, now: () => number): Claim {
  const underWay = new CardUnderWay(toCard(row), Math.max(0, Number(row.age_ms)), now);
  return { job, origin: String(row.origin), underWay, isLost: false };
}

/** pg-boss returns the jobs that a call reached, and its types do not say so. */
function readSettledIds(response: object): readonly string[] {
  const ids = 'settled' in response ? response.settled : undefined;
  return Array.isArray(ids) ? ids.map(String) : [];
}

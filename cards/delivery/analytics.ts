import { CodedError } from '../errors.ts';
import type { Http } from './http.ts';
import { findNetworkErrno } from './networkErrno.ts';
import { chooseBackoffMs, defaultRetryPolicy } from './retryTiming.ts';
import { createWebhookMessage } from './webhookMessage.ts';

/** An event for the webhook: an audit entry with its number. */
export interface AnalyticsEvent {
  readonly seq: number;
  /** JSON text of the audit entry. */
  readonly entry: string;
  /** The entry's hash in the chain of the audit log. */
  readonly hash: string;
}

/** The events, and the number of the last one that the webhook accepted. */
export interface AnalyticsSource {
  /** Events with a number above `seq`, oldest first. */
  after(seq: number, count: number): AnalyticsEvent[] | Promise<AnalyticsEvent[]>;
  /** The number of the last event that the webhook accepted; 0 at first. */
  cursor(): number | Promise<number>;
  saveCursor(seq: number): Promise<void>;
}

/** Options of `AnalyticsFeed`. */
interface AnalyticsOptions {
  url: string;
  /** Each signs every request; several while one is being changed. One behind `whsec_` is base64. */
  secrets: readonly string[];
  source: AnalyticsSource;
  http: Http;
  /** Events of one request; default 100. */
  batch?: number;
  /** How long events are gathered, in milliseconds; default 50. */
  gatherMs?: number;
  /** Interval at which the log is read for events of other processes, in milliseconds; default 1,000. */
  lookEveryMs?: number;
  /** Wall clock in milliseconds; default `Date.now`. */
  now?: () => number;
  random?: () => number;
  /** Called after each try. */
  onTry?: (news: AnalyticsTry) => void;
  /** Called with an error of this program, once until events are sent again. The feed retries. */
  onFault?: (error: unknown) => void;
}

/** The result of a try to send events. */
export interface AnalyticsTry {
  /** Number of events. */
  readonly count: number;
  /** Whether the webhook accepted them. */
  readonly isTaken: boolean;
  /** HTTP status of the webhook's answer; undefined when there was none. */
  readonly status?: number | undefined;
  /** Why there was no answer, such as `ECONNREFUSED`; undefined when it is not known. */
  readonly errno?: string | undefined;
  /** Until the next try, in milliseconds; undefined when they were accepted. */
  readonly nextTryMs?: number | undefined;
}

/**
 * Sends every event of a card's life to the analytics webhook, in order and at least once. It reads the audit log from a
 * stored position on, so a restart loses nothing, and no card waits for it.
 */
export class AnalyticsFeed {
  readonly #options: AnalyticsOptions;
  #timer: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  #failures = 0;
  /** The wait after the last failure, in milliseconds. */
  #waitMs = 0;
  /** Sends until there is a wait; undefined while nothing is sent. */
  #sending: Promise<void> | undefined;
  #isFaultReported = false;
  #isStopped = false;

  constructor(options: AnalyticsOptions) {
    this.#options = options;
  }

  /** Sends the events that a former process left, and from now on also those of other processes. */
  start(): void {
    this.wake();
    this.#look = setInterval(() => this.wake(), this.#options.lookEveryMs ?? 1_000).unref();
  }

  /** Looks for new events soon. */
  wake(): void {
    if (this.#timer === undefined && this.#sending === undefined && !this.#isStopped)
      this.#schedule(this.#options.gatherMs ?? 50);
  }

  /** Sends the present events once, after a request that is under way, and stops; events that the webhook does not accept wait for the next start. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#look);
    await this.#sending;
    await this.#send();
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sending = this.#run();
    }, ms);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const result = await this.#send();
    this.#sending = undefined;
    if (this.#isStopped || result === 'none') return;
    const { gatherMs = 50 } = this.#options;
    this.#schedule(result === 'failed' ? this.#waitMs : result === 'full' ? 0 : gatherMs);
  }

  /** Each try counts as failed until it has succeeded. */
  #countFailure(): void {
    const { random = Math.random } = this.#options;
    this.#failures += 1;
    this.#waitMs = chooseBackoffMs(this.#failures, defaultRetryPolicy, random);
  }

  /** Sends one batch: `full` when there may be more events already, `taken` when these were all. */
  async #send(): Promise<'full' | 'taken' | 'failed' | 'none'> {
    const { url, secrets, source, http, batch = 100, now = Date.now, onTry, onFault } = this.#options;
    this.#countFailure();
    try {
      const events = await source.after(await source.cursor(), batch);
      const last = events.at(-1);
      if (last === undefined) {
        this.#failures = 0;
        return 'none';
      }
      const message = createWebhookMessage(events, secrets, Math.floor(now() / 1_000));
      const result = await http({ method: 'POST', url, ...message, timeoutMs: 5_000 });
      const isTaken = result.kind === 'answer' && result.status >= 200 && result.status < 300;
      const answer =
        result.kind === 'answer' ? { status: result.status } : { errno: findNetworkErrno(result.cause) };
      onTry?.({ count: events.length, isTaken, ...answer, ...(isTaken ? {} : { nextTryMs: this.#waitMs }) });
      this.#isFaultReported = false;
      if (isTaken) {
        await source.saveCursor(last.seq);
        this.#failures = 0;
      }
      if (!isTaken) return 'failed';
      return events.length < batch ? 'taken' : 'full';
    } catch (error) {
      // With a code, the store is closing or away. The events stay where they are in any case.
      if (!this.#isFaultReported && !(error instanceof CodedError)) {
        this.#isFaultReported = true;
        onFault?.(error);
      }
      return 'failed';
    }
  }
}

import type { AnalyticsTry } from '../../cards/delivery/analytics.ts';
import type { CardEvent } from '../../cards/delivery/cardEvents.ts';
import type { TokenNews } from '../../cards/delivery/token.ts';
import { CodedError } from '../../cards/errors.ts';
import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';
import { type HealthRecord, type Trouble, type TroubleKind, troubleWords } from './healthRecord.ts';

/** Numbers of waiting cards that are reported, each once. */
const queueSteps = [100, 1_000, 5_000];
/** The queue counts as drained below this. */
const drainedBelow = 10;
/** A rate limit is over after this time without a 429, in milliseconds: many cards may pass between two 429. */
const limitIsOverMs = 60_000;

/** One failure. */
interface Failure {
  readonly code?: string | undefined;
  readonly status?: number | undefined;
  readonly errno?: string | undefined;
  readonly nextTryMs?: number | undefined;
}

/** Which Genesys a bot uses, as which client. */
export interface GenesysPlace {
  /** The host that issues access tokens. */
  readonly host: string;
  /** Undefined for a host that belongs to no known region. */
  readonly region: string | undefined;
  readonly clientId: string;
  /** Host and port of the proxy that is configured; `NO_PROXY` may exempt the host from it. Default: none. */
  readonly proxy?: string;
}

/** Options of `DeliveryHealth`. */
interface DeliveryHealthOptions {
  log: Log;
  /** Default: no Genesys is configured. */
  genesys?: GenesysPlace | undefined;
  /** Version of this program; default: not recorded. */
  version?: string;
  /** Wall clock in milliseconds; default `Date.now`. */
  now?: () => number;
}

/**
 * Follows the events of deliveries, and logs each trouble when it begins and when it is over, with its count, its last code and
 * status, and the time of the next try. The command `status` reads the same from the store.
 */
export class DeliveryHealth {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #genesys: GenesysPlace | undefined;
  readonly #programVersion: string | undefined;
  readonly #troubles = new Map<TroubleKind, Trouble>();
  #lastAcceptedAt: number | null = null;
  #queueStep = 0;
  #version = 0;

  constructor({ log, genesys, version, now = Date.now }: DeliveryHealthOptions) {
    this.#log = log;
    this.#genesys = genesys;
    this.#programVersion = version;
    this.#now = now;
  }

  /** Changes whenever `record` does. */
  get version(): number {
    return this.#version;
  }

  /** The record that the store keeps for `status`. */
  get record(): HealthRecord {
    return {
      at: this.#now(),
      version: this.#programVersion,
      lastAcceptedAt: this.#lastAcceptedAt,
      troubles: [...this.#troubles.values()],
    };
  }

  /** Whether a trouble of this kind is under way. */
  has(kind: TroubleKind): boolean {
    return this.#troubles.has(kind);
  }

  /** Called with every card event; only the attempts matter. */
  onCardEvent({ attempt }: Pick<CardEvent, 'attempt'>): void {
    if (attempt === undefined) return;
    const { result, code, status, errno, retryAfterMs } = attempt;
    const failure: Failure = { code, status, errno, nextTryMs: retryAfterMs };
    if (result === 'accepted') {
      this.#lastAcceptedAt = this.#now();
      this.#version += 1;
    }
    if (result === 'accepted' || result === 'rejected') {
      this.#end('down');
      this.#end('unauthorized');
      this.#end('fault');
    } else if (code === 'delivery.fault') {
      this.#fail('fault', failure);
    } else if (code === 'genesys.rateLimited') {
      this.#end('down');
      this.#fail('rateLimited', failure);
    } else if (code === 'genesys.unauthorized' && status !== undefined) {
      this.#end('down');
      this.#fail('unauthorized', failure);
    } else if (code === 'genesys.unavailable' || code === 'genesys.unknownOutcome') {
      // Without a token the API of Genesys was not called.
      const isTokens = status === undefined && (this.has('tokenRefused') || this.has('loginDown'));
      if (!isTokens) this.#fail('down', failure);
    }
  }

  /** Called after each request for a token. */
  onToken(news: TokenNews): void {
    if (news.kind === 'received') {
      this.#end('tokenRefused');
      this.#end('loginDown');
      return;
    }
    const { kind, status, errno, nextTryMs } = news;
    const isRefused = kind === 'refused';
    this.#end(isRefused ? 'loginDown' : 'tokenRefused', false);
    const code = isRefused ? 'genesys.unauthorized' : 'genesys.unavailable';
    this.#fail(isRefused ? 'tokenRefused' : 'loginDown', { code, status, errno, nextTryMs });
  }

  /** Called when the circuit breaker of a route opens or closes. */
  onCircuit(isOpen: boolean): void {
    const last = this.#troubles.get('down');
    if (isOpen) this.#fail('circuit', { ...last, nextTryMs: 2_000 });
    else this.#end('circuit');
  }

  /** Called after each request to the analytics webhook. */
  onWebhook({ isTaken, count, ...answer }: AnalyticsTry): void {
    if (isTaken) this.#end('webhook');
    else this.#fail('webhook', answer, count);
  }

  /** Called with the number of waiting cards after a check of the store. */
  onStore({ depth }: { depth: number }): void {
    this.#end('database');
    const step = queueSteps.filter((one) => depth >= one).length;
    if (step > this.#queueStep) {
      this.#queueStep = step;
      this.#logBegin('queue', this.#fail('queue', {}, depth, false));
    } else if (depth < drainedBelow) {
      this.#queueStep = 0;
      this.#end('queue');
    } else if (this.has('queue')) {
      this.#fail('queue', {}, depth, false);
    }
  }

  /** Called when the store fails. */
  onStoreFailure(error: unknown): void {
    const fields = readErrorFields(error);
    const isNew = !this.has('database');
    this.#fail('database', { code: fields.code }, undefined, false);
    if (!isNew) return;
    const [event, message] = troubleWords.database.begins;
    const isBug = !(error instanceof CodedError);
    // The frames of a CodedError are those of the database's library.
    const { frames, ...known } = fields;
    this.#log.error(
      { event, ...known, ...(isBug ? { frames, error } : {}) },
      isBug ? 'An error in this program prevents the check of the store' : message,
    );
  }

  /** Called regularly: ends a rate limit that is over. */
  tick(): void {
    const limited = this.#troubles.get('rateLimited');
    if (limited !== undefined && this.#now() - limited.lastAt >= limitIsOverMs) this.#end('rateLimited');
  }

  #fail(
    kind: TroubleKind,
    { code, status, errno, nextTryMs }: Failure,
    count?: number,
    isLogging = true,
  ): Trouble {
    const now = this.#now();
    const known = this.#troubles.get(kind);
    const trouble: Trouble = {
      kind,
      since: known?.since ?? now,
      lastAt: now,
      count: count ?? (known?.count ?? 0) + 1,
      isTold: known?.isTold ?? false,
      code,
      status,
      errno,
      nextTryAt: nextTryMs === undefined ? undefined : now + Math.round(nextTryMs),
    };
    this.#troubles.set(kind, trouble);
    this.#version += 1;
    const { after = 1 } = troubleWords[kind];
    if (isLogging && !trouble.isTold && (count !== undefined || trouble.count >= after))
      this.#logBegin(kind, trouble);
    return trouble;
  }

  #logBegin(kind: TroubleKind, trouble: Trouble): void {
    const { count, code, status, errno, nextTryAt } = trouble;
    this.#troubles.set(kind, { ...trouble, isTold: true });
    const [event, message] = troubleWords[kind].begins;
    const nextTryMs = nextTryAt === undefined ? undefined : Math.max(0, nextTryAt - this.#now());
    this.#log.warn({ event, ...this.#placeOf(kind), count, code, status, errno, nextTryMs }, message);
  }

  #end(kind: TroubleKind, isLogging = true): void {
    const trouble = this.#troubles.get(kind);
    if (trouble === undefined) return;
    this.#troubles.delete(kind);
    this.#version += 1;
    if (!isLogging || (!trouble.isTold && kind !== 'database')) return;
    const { count, code, status, errno, since } = trouble;
    const [event, message] = troubleWords[kind].ends;
    const durationMs = this.#now() - since;
    this.#log.info({ event, ...this.#placeOf(kind), count, code, status, errno, durationMs }, message);
  }

  /** The place and client belong to the messages about tokens. */
  #placeOf(kind: TroubleKind): GenesysPlace | undefined {
    return kind === 'tokenRefused' || kind === 'loginDown' ? this.#genesys : undefined;
  }
}

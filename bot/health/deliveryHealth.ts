import type { AnalyticsTry } from '../../cards/delivery/analytics.ts';
import type { CardEvent } from '../../cards/delivery/cardEvents.ts';
import type { TokenNews } from '../../cards/delivery/token.ts';
import { CodedError } from '../../cards/errors.ts';
import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';
import type { HealthRecord, Trouble, TroubleKind } from './healthRecord.ts';

/** The log lines of a trouble: when it begins and when it is over. */
interface TroubleLines {
  readonly begins: readonly [event: string, message: string];
  readonly ends: readonly [event: string, message: string];
  /** Failures in a row before the first line; a single one is common and passes by itself. Default 1. */
  readonly after?: number;
}

const troubleLines: Readonly<Record<TroubleKind, TroubleLines>> = {
  down: {
    begins: ['genesys.down', 'Genesys does not answer, or answers with errors; cards wait'],
    ends: ['genesys.up', 'Genesys answers again'],
    after: 3,
  },
  rateLimited: {
    begins: ['genesys.rateLimited', 'Genesys limits the request rate (429); cards wait'],
    ends: ['genesys.rateLimitOver', 'Genesys no longer limits the request rate: no 429 for a minute'],
  },
  unauthorized: {
    begins: [
      'genesys.unauthorized',
      'Genesys rejects the access token; check the roles of the OAuth client and GENESYS_SCOPE',
    ],
    ends: ['genesys.authorized', 'Genesys accepts the access token again'],
  },
  tokenRefused: {
    begins: [
      'token.refused',
      'The Genesys login host rejects the OAuth client; cards wait; check GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET',
    ],
    ends: ['token.received', 'The Genesys login host issues access tokens again'],
  },
  loginDown: {
    begins: ['token.unavailable', 'The Genesys login host issues no access token; cards wait'],
    ends: ['token.received', 'The Genesys login host issues access tokens again'],
  },
  circuit: {
    begins: [
      'circuit.opened',
      'The circuit breaker opened: the outbox probes Genesys with one card every 2 seconds',
    ],
    ends: ['circuit.closed', 'The circuit breaker closed: the outbox sends all cards again'],
  },
  queue: {
    begins: ['queue.growing', 'Many cards wait in the queue'],
    ends: ['queue.drained', 'The queue is short again'],
  },
  database: {
    begins: ['store.away', 'The store is unavailable; turns fail until it is back'],
    ends: ['store.back', 'The store is available again'],
  },
  webhook: {
    begins: ['analytics.refused', 'The analytics webhook does not accept events; they stay queued'],
    ends: ['analytics.taken', 'The analytics webhook accepts events again'],
  },
  fault: {
    begins: ['delivery.failing', 'An error in this program fails cards; delivery.fault names its place'],
    ends: ['delivery.working', 'Genesys answers cards again after an error in this program'],
    after: 3,
  },
};

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
  readonly #program: { version?: string };
  readonly #troubles = new Map<TroubleKind, Trouble>();
  #lastAcceptedAt: number | null = null;
  #queueStep = 0;
  #version = 0;

  constructor({ log, genesys, version, now = Date.now }: DeliveryHealthOptions) {
    this.#log = log;
    this.#genesys = genesys;
    this.#program = version === undefined ? {} : { version };
    this.#now = now;
  }

  /** Changes whenever `record` does. */
  get version(): number {
    return this.#version;
  }

  /** The record that the store keeps for `status`. */
  get record(): HealthRecord {
    const at = this.#now();
    return {
      at,
      ...this.#program,
      lastAcceptedAt: this.#lastAcceptedAt,
      troubles: [...this.#troubles.values()],
    };
  }

  /** Whether a trouble of this kind is under way. */
  has(kind: TroubleKind): boolean {
    return this.#troubles.has(kind);
  }

  /** An attempt may have been made. */
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

  /** A token was asked for. */
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

  /** The circuit breaker of a route opened or closed. */
  onCircuit(isOpen: boolean): void {
    const last = this.#troubles.get('down');
    if (isOpen) this.#fail('circuit', { ...last, nextTryMs: 2_000 });
    else this.#end('circuit');
  }

  /** The analytics webhook was tried. */
  onWebhook({ isTaken, count, ...answer }: AnalyticsTry): void {
    if (isTaken) this.#end('webhook');
    else this.#fail('webhook', answer, count);
  }

  /** The store was asked, and how many cards wait. */
  onStore({ depth }: { depth: number }): void {
    this.#end('database');
    const step = queueSteps.filter((one) => depth >= one).length;
    if (step > this.#queueStep) {
      this.#queueStep = step;
      this.#tell('queue', this.#fail('queue', {}, depth, false));
    } else if (depth < drainedBelow) {
      this.#queueStep = 0;
      this.#end('queue');
    } else if (this.has('queue')) {
      this.#fail('queue', {}, depth, false);
    }
  }

  /** The store failed. */
  onStoreFailure(error: unknown): void {
    const fields = readErrorFields(error);
    const isNew = !this.has('database');
    this.#fail('database', { code: fields.code }, undefined, false);
    if (!isNew) return;
    const [event, message] = troubleLines.database.begins;
    const isBug = !(error instanceof CodedError);
    // The frames of a CodedError are those of the database's library.
    const { frames, ...known } = fields;
    this.#log.error(
      { event, ...known, ...(isBug ? { frames, error } : {}) },
      isBug ? 'An error in this program prevents the check of the store' : message,
    );
  }

  /** Time has passed. */
  tick(): void {
    const limited = this.#troubles.get('rateLimited');
    if (limited !== undefined && this.#now() - limited.lastAt >= limitIsOverMs) this.#end('rateLimited');
  }

  #fail(
    kind: TroubleKind,
    { code, status, errno, nextTryMs }: Failure,
    count?: number,
    isTelling = true,
  ): Trouble {
    const now = this.#now();
    const known = this.#troubles.get(kind);
    const trouble: Trouble = {
      kind,
      since: known?.since ?? now,
      lastAt: now,
      count: count ?? (known?.count ?? 0) + 1,
      isTold: known?.isTold ?? false,
      ...(code === undefined ? {} : { code }),
      ...(status === undefined ? {} : { status }),
      ...(errno === undefined ? {} : { errno }),
      ...(nextTryMs === undefined ? {} : { nextTryAt: now + Math.round(nextTryMs) }),
    };
    this.#troubles.set(kind, trouble);
    this.#version += 1;
    const { after = 1 } = troubleLines[kind];
    if (isTelling && !trouble.isTold && (count !== undefined || trouble.count >= after))
      this.#tell(kind, trouble);
    return trouble;
  }

  #tell(kind: TroubleKind, trouble: Trouble): void {
    const { count, code, status, errno, nextTryAt } = trouble;
    this.#troubles.set(kind, { ...trouble, isTold: true });
    const [event, message] = troubleLines[kind].begins;
    const nextTryMs = nextTryAt === undefined ? undefined : Math.max(0, nextTryAt - this.#now());
    this.#log.warn({ event, ...this.#placeOf(kind), count, code, status, errno, nextTryMs }, message);
  }

  #end(kind: TroubleKind, isTelling = true): void {
    const trouble = this.#troubles.get(kind);
    if (trouble === undefined) return;
    this.#troubles.delete(kind);
    this.#version += 1;
    if (!isTelling || (!trouble.isTold && kind !== 'database')) return;
    const { count, code, status, errno, since } = trouble;
    const [event, message] = troubleLines[kind].ends;
    const durationMs = this.#now() - since;
    this.#log.info({ event, ...this.#placeOf(kind), count, code, status, errno, durationMs }, message);
  }

  /** The place and client belong to the messages about tokens. */
  #placeOf(kind: TroubleKind): GenesysPlace | undefined {
    return kind === 'tokenRefused' || kind === 'loginDown' ? this.#genesys : undefined;
  }
}

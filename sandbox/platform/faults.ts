import { z } from 'zod';

const rate = z.number().min(0).max(1).default(0);
const rates = [
  'rate401',
  'rate429',
  'rate5xx',
  'rateReset',
  'rateAmbiguous',
  'rateSlow',
  'rateBroken',
] as const;

/** What goes wrong with one request on a delivery route. */
export type Fault = (typeof rates)[number];

/**
 * The faults that the sandbox plays on the delivery routes; times in milliseconds unless named otherwise. The rates are
 * shares of all requests and exclude each other. `{}` is no fault.
 */
export const faultsSchema = z
  .strictObject({
    /** Every answer waits this long. */
    latencyMs: z.number().min(0).max(60_000).default(0),
    rate401: rate,
    rate429: rate,
    rate5xx: rate,
    /** The connection is cut before the card is taken. */
    rateReset: rate,
    /** The card is taken, then the connection is cut without an answer. */
    rateAmbiguous: rate,
    /** The card is taken and answered after `slowMs`. */
    rateSlow: rate,
    slowMs: z.number().min(0).max(600_000).default(30_000),
    /** The card is taken and answered with 200 and a body that is not JSON. */
    rateBroken: rate,
    retryAfterSeconds: z.number().min(0).max(86_400).default(1),
    retryAfterAs: z.enum(['seconds', 'date', 'mixed']).default('seconds'),
    /** Share of token requests that are answered with a 500. */
    tokenRate5xx: rate,
    /** A customer's session ends after so many seconds without a message. */
    sessionSeconds: z.int().min(1).max(50_000_000).default(259_200),
    tokenLifetimeSeconds: z.int().min(1).max(172_800).default(86_400),
    /** Requests that one token may make in any 60 seconds. */
    requestsPerMinute: z.int().min(1).max(1_000_000).optional(),
    /** false: a repeated messageId is shown again. */
    dedupe: z.boolean().default(true),
    acceptAnyConversation: z.boolean().default(false),
    /** How long Architect waits for the bot; default 10 s for v1, 30 s for v2. */
    architectTimeoutMs: z.int().min(1).max(600_000).optional(),
    /** v2: every message comes to the bot twice, with the same messageId; the second answer is ignored. */
    repeatMessages: z.boolean().default(false),
    /** v2: the messages of one answer are shown in the opposite order, as nothing promises theirs. */
    reverseMessages: z.boolean().default(false),
    /** Makes the dice repeatable. */
    seed: z.int().optional(),
  })
  .refine(
    (faults) => rates.reduce((sum, name) => sum + faults[name], 0) <= 1,
    'the rates add up to more than 1',
  );

/** The faults in force, every default filled in. */
export type FaultSettings = z.infer<typeof faultsSchema>;

/** The mulberry32 generator: the same seed gives the same numbers. */
function seedRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The settings in force and the dice that decide which request a fault hits. */
export class Faults {
  settings: FaultSettings = faultsSchema.parse({});
  readonly #random: () => number;
  #dice: () => number;

  constructor(random: () => number) {
    this.#random = random;
    this.#dice = random;
  }

  set(settings: FaultSettings): void {
    this.settings = settings;
    this.#dice = settings.seed === undefined ? this.#random : seedRandom(settings.seed);
  }

  /** The fault that hits the next request, if one does. */
  draw(): Fault | undefined {
    let left = this.#dice();
    for (const name of rates) {
      left -= this.settings[name];
      if (left < 0) return name;
    }
    return undefined;
  }

  /** True in `share` of all calls. */
  hits(share: number): boolean {
    return share > 0 && this.#dice() < share;
  }

  /** The value of a Retry-After header, in the form that the settings ask for. */
  retryAfter(now: number, seconds = this.settings.retryAfterSeconds): string {
    const form = this.settings.retryAfterAs;
    const asDate = form === 'date' || (form === 'mixed' && this.#dice() < 0.5);
    return asDate ? new Date(now + Math.ceil(seconds) * 1000).toUTCString() : String(Math.ceil(seconds));
  }

  /** A server error: two in three are a 500, the others a 503. */
  serverError(): 500 | 503 {
    return this.#dice() < 2 / 3 ? 500 : 503;
  }
}

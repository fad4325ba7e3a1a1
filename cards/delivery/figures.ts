import type { AuditEntry } from './cardEvents.ts';

/** The spans of the operator's charts: how many points, and the milliseconds of each. */
export const chartSpans = {
  hour: { points: 60, stepMs: 60_000 },
  day: { points: 96, stepMs: 15 * 60_000 },
  week: { points: 168, stepMs: 60 * 60_000 },
} as const;

/** `hour`, `day` or `week`. */
export type ChartSpan = keyof typeof chartSpans;

/** The lengths of the steps by which figures are kept, in milliseconds. */
const steps = Object.values(chartSpans).map(({ stepMs }) => stepMs);

/** Steps of each length that are kept: the steps of its chart and a few more. */
export const keptSteps = 200;

/** The outcomes of cards; `left`: the customer had left before the card came. `refused`: our own checks refused it. */
export const outcomes = ['accepted', 'rejected', 'failed', 'unknown', 'left', 'refused'] as const;

/** The outcome of a card, for the charts. */
export type Outcome = (typeof outcomes)[number];

/** The figure of times until the outcome. */
const times = 'ms';

/** The outcomes of the success rate and of the times until the outcome. */
const delivered: readonly string[] = ['accepted', 'rejected', 'failed', 'unknown'] satisfies Outcome[];

/**
 * A figure of one step. Outcomes, `requests` and `ms` are counted; every other name is a sample, of which the highest of the step is kept.
 */
export interface Figure {
  readonly step: number;
  /** Begin of the step: wall clock in milliseconds. */
  readonly at: number;
  readonly name: string;
  /** Of `ms`: the bucket of the time, see `bucketOf`; else 0. */
  readonly bucket: number;
  readonly value: number;
}

/** Buckets of an octave: a time read from its bucket is at most 10 % off. */
const perOctave = 4;

/** The bucket of a time in milliseconds; 0 is for times up to 1 ms. */
function bucketOf(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(Math.log2(ms) * perOctave);
}

/** The time in the middle of a bucket, in milliseconds. */
function msOf(bucket: number): number {
  return bucket === 0 ? 1 : 2 ** ((bucket - 0.5) / perOctave);
}

/** The figures that entries of the audit log add, in an order that is the same for every writer. */
export function countFigures(entries: readonly AuditEntry[]): Figure[] {
  // Summed before they are spread over the steps: most entries of a transaction are of one minute and alike.
  const ofMinutes = sumFigures(entries.flatMap((entry) => countsOf(entry)));
  return sumFigures(
    ofMinutes.flatMap(({ at, name, value, bucket }) => createFigures(at, name, value, bucket)),
  );
}

/** The figures of an entry, in its minute. */
function countsOf({ at, event, code, ms = 0, attempts = 0 }: AuditEntry): Figure[] {
  const isDelivered = delivered.includes(event);
  const hasLeft = isDelivered && event !== 'accepted' && code === 'genesys.conversationEnded';
  const outcome = hasLeft ? 'left' : outcomes.find((one) => one === event);
  const isRequest = event === 'attempted' || (isDelivered && attempts > 0);
  const count = (name: string, bucket?: number) =>
    createFigure(chartSpans.hour.stepMs, Date.parse(at), name, 1, bucket);
  return [
    ...(isRequest ? [count('requests')] : []),
    ...(outcome === undefined ? [] : [count(outcome)]),
    ...(isDelivered && !hasLeft ? [count(times, bucketOf(ms))] : []),
  ];
}

/** The figures of a sample. A value of 0 is not kept, because a chart shows 0 without a figure. */
export function createSampleFigures(at: number, values: Readonly<Record<string, number>>): Figure[] {
  return Object.entries(values)
    .filter(([, value]) => value > 0)
    .flatMap(([name, value]) => createFigures(at, name, Math.round(value)))
    .sort(compareKeys);
}

/** A figure in the step of one length, which holds the time. @param time wall clock in milliseconds */
function createFigure(step: number, time: number, name: string, value: number, bucket = 0): Figure {
  return { step, at: time - (time % step), name, bucket, value };
}

/** A figure in the step of each length. @param time wall clock in milliseconds */
function createFigures(time: number, name: string, value: number, bucket = 0): Figure[] {
  return steps.map((step) => createFigure(step, time, name, value, bucket));
}

function sumFigures(figures: readonly Figure[]): Figure[] {
  const byPlace = new Map<string, Figure>();
  for (const figure of figures) {
    const place = `${figure.step},${figure.at},${figure.name},${figure.bucket}`;
    const value = figure.value + (byPlace.get(place)?.value ?? 0);
    byPlace.set(place, { ...figure, value });
  }
  return [...byPlace.values()].sort(compareKeys);
}

/** Writers of one database that take rows in one order never wait for each other in a circle. */
function compareKeys(one: Figure, other: Figure): number {
  return (
    one.step - other.step ||
    one.at - other.at ||
    one.bucket - other.bucket ||
    (one.name < other.name ? -1 : Number(one.name > other.name))
  );
}

/** The points of a chart, oldest first; each list has one value a point. */
export interface Chart {
  readonly span: ChartSpan;
  readonly stepMs: number;
  /** Begin of the first point: wall clock in milliseconds. */
  readonly from: number;
  /** Counts and samples by name; a name without a figure in the span is left out. */
  readonly series: Readonly<Record<string, readonly number[]>>;
  /** From being stored or replayed to the outcome, in milliseconds, 10 % off at most; null where no card ended. */
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

/** The begin of the first point of a chart that ends now: wall clock in milliseconds. */
export function beginOf(span: ChartSpan, now: number): number {
  const { points, stepMs } = chartSpans[span];
  return now - (now % stepMs) - (points - 1) * stepMs;
}

/** Puts a chart together from the figures of its steps since `beginOf`. */
export function toChart(span: ChartSpan, now: number, figures: readonly Omit<Figure, 'step'>[]): Chart {
  const { points, stepMs } = chartSpans[span];
  const from = beginOf(span, now);
  const series: Record<string, number[]> = {};
  const histograms: Map<number, number>[] = Array.from({ length: points }, () => new Map());
  for (const { at, name, bucket, value } of figures) {
    const place = (at - from) / stepMs;
    if (name === times) {
      histograms[place]?.set(bucket, value);
      continue;
    }
    series[name] ??= Array.from({ length: points }, () => 0);
    const values = series[name];
    // The clock of another instance may be ahead.
    if (place < points) values[place] = value;
  }
  const at = (share: number) => histograms.map((buckets) => findPercentile(buckets, share));
  return { span, stepMs, from, series, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/** The outcomes of the last hour. */
export interface LastHour {
  readonly accepted: number;
  /** Refused by Genesys while the customer was there. */
  readonly rejected: number;
  readonly failed: number;
  readonly unknown: number;
  /** Refused by our own checks, never sent; not part of the success rate. */
  readonly refused: number;
  /** The customer had left before the card came; not part of the success rate. */
  readonly left: number;
  /** `accepted / (accepted + rejected + failed + unknown)`, 0 to 1; null when there was no such card. */
  readonly successRate: number | null;
  /** From being stored or replayed to the outcome, in milliseconds, 10 % off at most; null when no card reached one. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** Sums up the figures of the last hour: a replayed card counts with each of its outcomes. */
export function summarizeLastHour(figures: readonly Omit<Figure, 'step'>[]): LastHour {
  const counts = new Map<string, number>();
  const buckets = new Map<number, number>();
  for (const { name, bucket, value } of figures) {
    counts.set(name, (counts.get(name) ?? 0) + value);
    if (name === times) buckets.set(bucket, (buckets.get(bucket) ?? 0) + value);
  }
  const count = (outcome: string) => counts.get(outcome) ?? 0;
  const accepted = count('accepted');
  const sent = delivered.reduce((sum, outcome) => sum + count(outcome), 0);
  return {
    accepted,
    rejected: count('rejected'),
    failed: count('failed'),
    unknown: count('unknown'),
    refused: count('refused'),
    left: count('left'),
    successRate: sent === 0 ? null : accepted / sent,
    p50Ms: findPercentile(buckets, 0.5),
    p95Ms: findPercentile(buckets, 0.95),
    p99Ms: findPercentile(buckets, 0.99),
  };
}

function findPercentile(buckets: ReadonlyMap<number, number>, share: number): number | null {
  const ordered = [...buckets].sort(([one], [other]) => one - other);
  const total = ordered.reduce((sum, [, cards]) => sum + cards, 0);
  let seen = 0;
  for (const [bucket, cards] of ordered) {
    seen += cards;
    if (seen >= total * share) return Math.round(msOf(bucket));
  }
  return null;
}

/** How deliveries stand at one moment; null where there is nothing to tell. */
export interface DeliveryNumbers {
  /** Cards that wait or are on the wire. */
  readonly depth: number;
  /** Age of the oldest of them, in milliseconds. */
  readonly oldestMs: number | null;
  readonly deadLetters: number;
  /** Of the cards that reached an outcome lately: 0 to 1. */
  readonly successRate: number | null;
  /** From being stored to the outcome, in milliseconds. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

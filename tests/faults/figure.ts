/** What a fault test found: printed as one JSON line. */
export interface Figure {
  readonly fault: string;
  /** Whether the goal was met. */
  readonly ok: boolean;
  readonly [name: string]: unknown;
}

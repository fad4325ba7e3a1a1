/** Prints one measurement as a JSON line, numbers with three significant digits, whole ones as they are. */
export function printLine(line: Record<string, unknown>): void {
  const rounded = Object.fromEntries(
    Object.entries(line).map(([key, value]) => [key, typeof value === 'number' ? round(value) : value]),
  );
  process.stdout.write(`${JSON.stringify(rounded)}\n`);
}

/** Three significant digits; whole numbers stay as they are. */
export function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(3));
}

/** The middle value; the mean of the two middle ones of an even count. 0 of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The value that `share` (0 to 1) of the sorted values do not exceed. 0 of nothing. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The middle of the ratios of two sides, round by round: what disturbs a round disturbs both of its sides. */
export function medianRatio(above: readonly number[], below: readonly number[]): number {
  return median(above.map((value, i) => value / (below[i] ?? Number.NaN)));
}

/** User and system time of this process in microseconds, since an earlier reading when one is given. */
export function cpuMicros(since = 0): number {
  const { user, system } = process.cpuUsage();
  return user + system - since;
}

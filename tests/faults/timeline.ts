/** The most of some moments (milliseconds, ascending) that lie within any `windowMs`. */
export function mostWithin(moments: readonly number[], windowMs: number): number {
  let most = 0;
  let oldest = 0;
  moments.forEach((moment, newest) => {
    while (moment - (moments[oldest] ?? moment) >= windowMs) oldest += 1;
    most = Math.max(most, newest - oldest + 1);
  });
  return most;
}

/** How many moments lie in the first, second, … second after `from`. */
export function perSecond(moments: readonly number[], from: number): number[] {
  const counts: number[] = [];
  for (const moment of moments) {
    const second = Math.floor((moment - from) / 1_000);
    if (second < 0) continue;
    while (counts.length <= second) counts.push(0);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

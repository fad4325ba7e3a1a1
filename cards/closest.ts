/** The most typing mistakes in a name that is still recognized. */
const mostMistakes = 2;

/** Finds the known name that a mistyped one means: at most two letters differ, in a name of under six letters at most one. */
export function findClosest(name: string, known: Iterable<string>): string | undefined {
  const near = [...known]
    .filter((one) => Math.abs(one.length - name.length) <= mostMistakes)
    .map((one) => ({ one, mistakes: measureDistance(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, mistakes }) => mistakes <= (Math.min(one.length, name.length) < 6 ? 1 : mostMistakes));
  return near.toSorted((a, b) => a.mistakes - b.mistakes)[0]?.one;
}

/** The beginning of the hint for an unknown name; empty when no known name is close. */
export function suggestName(name: string | undefined): string {
  return name === undefined ? '' : `Did you mean \`${name}\`? `;
}

/** The hint for an unknown name: the closest known name, and all known names. */
export function suggestOneOf(wrong: string, known: readonly string[]): string {
  return `${suggestName(findClosest(wrong, known))}There are: ${known.join(', ')}.`;
}

/** Counts the letters to add, remove, change, or swap with their neighbour. */
function measureDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= from.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= to.length; j++) {
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const changed = at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const best = Math.min(changed, at(i - 1, j) + 1, at(i, j - 1) + 1);
      rows[i]?.push(isSwapped ? Math.min(best, at(i - 2, j - 2) + 1) : best);
    }
  }
  return at(from.length, to.length);
}

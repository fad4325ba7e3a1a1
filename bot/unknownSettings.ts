/** A name in the environment that looks like a setting and is none. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting that was meant, if one is close. */
  readonly meant: string | undefined;
}

/** Names that begin so are meant for this bot. */
const ours = /^(GENESYS|CARDS?|ANALYTICS|ORDERS|SANDBOX|GUEST_GATEWAY|OPS|BOTS)_|^MicrosoftApp/i;

/** Typing mistakes in a name that is still recognized. */
const mostMistakes = 2;
/** Shorter names are close to many others: `PATH` is two letters from `PORT`. */
const shortestName = 6;

/** Finds the names in the environment that are close to a setting, or begin like one, and that nothing reads. */
export function unknownSettings(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): UnknownSetting[] {
  return Object.keys(env)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, meant: closest(name, known) }))
    .filter(({ name, meant }) => meant !== undefined || ours.test(name));
}

function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length < shortestName) return undefined;
  const near = known
    .filter((one) => one.length >= shortestName && Math.abs(one.length - name.length) <= mostMistakes)
    .map((one) => ({ one, mistakes: distance(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ mistakes }) => mistakes <= mostMistakes);
  return near.toSorted((a, b) => a.mistakes - b.mistakes)[0]?.one;
}

/** Letters to add, drop or change (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

import { findClosest } from '../../cards/closest.ts';

/** A name in the environment that looks like a setting but is not one. */
export interface UnknownSetting {
  readonly name: string;
  /** The setting that was meant, if one is close. */
  readonly meant: string | undefined;
}

/** Names that begin so are meant for this bot. */
const ours = /^(GENESYS|CARDS?|ANALYTICS|ORDERS|SANDBOX|GUEST_GATEWAY|OPS|BOTS)_|^MicrosoftApp/i;

/** Shorter names are close to many others: `PATH` is two letters from `PORT`. */
const shortestName = 6;

/** Finds the names in the environment that are close to a setting, or begin like one, and that nothing reads. */
export function findUnknownSettings(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): UnknownSetting[] {
  return Object.keys(env)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, meant: meantBy(name, known) }))
    .filter(({ name, meant }) => meant !== undefined || ours.test(name));
}

function meantBy(name: string, known: readonly string[]): string | undefined {
  if (name.length < shortestName) return undefined;
  return findClosest(
    name,
    known.filter((one) => one.length >= shortestName),
  );
}

import { parseArgs } from 'node:util';

/** What a fault test can be told on the command line. */
export interface FaultArguments {
  /** Base address of another stand-in for Genesys; default: the project's sandbox. */
  readonly target: string | undefined;
  readonly cards: number;
  readonly conversations: number;
  readonly kills: number;
  readonly seconds: number;
  readonly seed: number;
}

/** The sizes that a fault test has of itself. */
export type FaultDefaults = Partial<Omit<FaultArguments, 'target'>>;

/**
 * Reads `--target URL --cards N --conversations N --kills N --seconds N --seed N`.
 *
 * @throws Error in plain words for what cannot be read
 */
export function readArguments(args: readonly string[], defaults: FaultDefaults = {}): FaultArguments {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      target: option,
      cards: option,
      conversations: option,
      kills: option,
      seconds: option,
      seed: option,
    },
  });
  const count = (name: keyof FaultDefaults) => {
    const value = Number(values[name] ?? defaults[name] ?? 0);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number.`);
    return value;
  };
  if (values.target !== undefined && !URL.canParse(values.target))
    throw new Error('--target must be an address.');
  return {
    target: values.target,
    cards: count('cards'),
    conversations: count('conversations'),
    kills: count('kills'),
    seconds: count('seconds'),
    seed: count('seed'),
  };
}

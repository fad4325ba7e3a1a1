import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** The flags of one benchmark, by name without dashes; every value is read as it is asked for. */
export class Flags {
  readonly #values: Record<string, unknown>;

  /** @throws Error in plain words for a flag that is not among `texts` (with a value) and `switches` (without). */
  constructor(args: string[], texts: readonly string[], switches: readonly string[] = []) {
    const options: ParseArgsOptionsConfig = {};
    for (const name of texts) options[name] = { type: 'string' };
    for (const name of switches) options[name] = { type: 'boolean' };
    this.#values = parseArgs({ args, options }).values;
  }

  isOn(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** @throws Error when the value is not one of `choices`; without a value it is the first. */
  choice<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
    const value = this.text(name);
    if (value === undefined) return choices[0];
    const choice = choices.find((one) => one === value);
    if (choice === undefined) throw new Error(`--${name} must be one of ${choices.join(', ')}.`);
    return choice;
  }

  /** @throws Error when the value is not a whole number of at least `min`. */
  count(name: string, byDefault: number, min = 1): number {
    return toCount(name, this.text(name) ?? String(byDefault), min);
  }

  /** A comma-separated list of whole numbers. */
  counts(name: string, byDefault: number): number[] {
    return (this.text(name) ?? String(byDefault)).split(',').map((value) => toCount(name, value, 1));
  }

  /** @throws Error when the value is not an http or https address; gives it without a slash at its end. */
  url(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^https?:$/.test(URL.parse(value)?.protocol ?? '')) throw new Error(`--${name} must be an address.`);
    return value.replace(/\/$/, '');
  }
}

function toCount(name: string, value: string, min: number): number {
  const count = Number(value);
  if (!Number.isSafeInteger(count) || count < min)
    throw new Error(`--${name} must be a whole number of at least ${min}.`);
  return count;
}

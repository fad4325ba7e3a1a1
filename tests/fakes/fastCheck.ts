import fc from 'fast-check';

/**
 * fast-check, with few inputs and a fixed seed: a run that was green stays green. `SEED` and `RUNS` in the environment change
 * both; `npm run test:long` sets them. An input that it finds becomes a row of a table.
 */
const fewRuns = 100;
const numRuns = Number(process.env.RUNS ?? fewRuns);
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20_261_123), numRuns });

/** The length of a text that is hostile by its length alone: a quarter of `characters`, and all of it where there are many inputs. */
export function hostileLength(characters: number): number {
  return numRuns > fewRuns ? characters : characters / 4;
}

/**
 * Any character of Unicode, as the `unit` of `fc.string`. It is what `unit: 'binary'` is, which makes a table of a million characters
 * first, for two seconds.
 */
export const anyCharacter = fc.nat({ max: 0x10_ffff - 0x800 }).map(
  (at) => String.fromCodePoint(at < 0xd800 ? at : at + 0x800),
  (character) => {
    const code = typeof character === 'string' ? (character.codePointAt(0) ?? 0) : -1;
    // fast-check tells by it whether the character came from here.
    if (code < 0 || character !== String.fromCodePoint(code) || (code >= 0xd800 && code < 0xe000))
      throw new Error('This is not one character.');
    return code < 0xd800 ? code : code - 0x800;
  },
);

export { fc };

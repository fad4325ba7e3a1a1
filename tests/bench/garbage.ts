import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Collects all garbage now, so that one side's is not counted as the next one's. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    // With the flag, every new context has the function that the flag is named after.
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}

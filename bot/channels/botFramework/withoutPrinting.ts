import { AsyncLocalStorage } from 'node:async_hooks';

const quiet = new AsyncLocalStorage<true>();
let isInstalled = false;

/**
 * Does work of a library that prints on stderr what a stranger can make it print as often as he likes: while it verifies a
 * token, the Bot Framework's SDK prints the public key for each wrong signature and a stack for each token that has expired.
 * It has no option for it. What other work prints at the same time is printed.
 */
export function withoutPrinting<T>(work: () => Promise<T>): Promise<T> {
  if (!isInstalled) {
    isInstalled = true;
    const sdk = globalThis.console;
    const print = sdk.error;
    sdk.error = (...words: unknown[]) => {
      if (quiet.getStore() !== true) print(...words);
    };
  }
  return quiet.run(true, work);
}

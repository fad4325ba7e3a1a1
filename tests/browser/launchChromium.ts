import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../bot/studio/findBrowser.ts';

/** A browser as a test file sees it. */
export type Chromium = Pick<Browser, 'newPage' | 'newContext' | 'close'>;

let shared: Promise<Browser> | undefined;

/** From now on every file of this process gets the same Chromium; gives what ends it. */
export function shareChromium(): () => Promise<void> {
  shared = launchBrowser();
  // A failed launch is told by the file that asks for the browser.
  shared.catch(() => {});
  return async () => {
    await (await shared)?.close();
  };
}

/** Starts a headless Chromium, or gives the one that the process shares. The caller closes it, with all its pages. */
export async function launchChromium(): Promise<Chromium> {
  if (shared === undefined) return launchBrowser();
  const browser = await shared;
  return {
    newPage: (options) => browser.newPage(options),
    newContext: (options) => browser.newContext(options),
    close: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
  };
}

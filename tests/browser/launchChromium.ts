import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser } from '../../bot/studio/takePicture.ts';

/** A browser as a test file sees it. Its pages speak English, whatever the language of the machine is. */
export type Chromium = Pick<Browser, 'newPage' | 'newContext' | 'close'>;

let shared: Promise<Browser> | undefined;

/** From now on every file of this process gets the same Chromium; gives what ends it. */
export function shareChromium(): () => Promise<void> {
  shared = launch();
  // A failed launch is told by the file that asks for the browser.
  shared.catch(() => {});
  return async () => {
    await (await shared)?.close();
  };
}

/** Starts a headless Chromium, or gives the one that the process shares. The caller closes it, with all its pages. */
export async function launchChromium(): Promise<Chromium> {
  const browser = await (shared ?? launch());
  return {
    newPage: async (options) => patient(await browser.newPage({ locale: 'en-US', ...options })),
    newContext: async (options) => patient(await browser.newContext({ locale: 'en-US', ...options })),
    close: async () => {
      if (shared === undefined) await browser.close();
      else await Promise.all(browser.contexts().map((context) => context.close()));
    },
  };
}

/** Waits for minutes before it fails, as a busy machine needs. */
function patient<Waiting extends Pick<BrowserContext, 'setDefaultTimeout'>>(waiting: Waiting): Waiting {
  waiting.setDefaultTimeout(90_000);
  return waiting;
}

/** No page asks anything of another machine, and V8 does nothing beside a page that ends in a moment. */
const switches = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--js-flags=--single-threaded'];

/**
 * Launches the packed Chromium. It lacks the parts of a desktop browser and takes a third of the processor time. Where it does not start,
 * the installed browser takes its place. `CHROME_PATH` chooses another.
 */
async function launch(): Promise<Browser> {
  const isPacked = process.platform === 'linux' && process.arch === 'x64' && !process.env.CHROME_PATH;
  return isPacked
    ? launchBrowser({ exists: () => false, switches }).catch(() => launchBrowser({ switches }))
    : launchBrowser({ switches });
}

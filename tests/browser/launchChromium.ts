import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where browsers of Chromium's family usually are on Linux, macOS and Windows. */
function usualPlaces(): string[] {
  const windows = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
    const base = process.env[name];
    if (!base) return [];
    return [
      `${base}\\Google\\Chrome\\Application\\chrome.exe`,
      `${base}\\Chromium\\Application\\chrome.exe`,
      `${base}\\Microsoft\\Edge\\Application\\msedge.exe`,
    ];
  });
  return [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ...windows,
  ];
}

/** A browser as a test file sees it. */
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
  if (shared === undefined) return launch();
  const browser = await shared;
  return {
    newPage: (options) => browser.newPage(options),
    newContext: (options) => browser.newContext(options),
    close: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
  };
}

/** The Chromium at `CHROME_PATH`, else one that is installed, else the one that `@sparticuz/chromium` unpacks (Linux only). */
async function launch(): Promise<Browser> {
  const installed = process.env.CHROME_PATH ?? usualPlaces().find((path) => existsSync(path));
  if (installed) return chromium.launch({ executablePath: installed, args: flags });
  const { default: packed } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packed.executablePath(), args: [...packed.args, ...flags] });
}

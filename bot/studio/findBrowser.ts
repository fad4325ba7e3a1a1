import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { CodedError } from '../../cards/errors.ts';

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
function listUsualPlaces(env: NodeJS.ProcessEnv): string[] {
  const windows = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
    const base = env[name];
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

/** What is asked of the machine. */
export interface BrowserSearch {
  readonly env?: NodeJS.ProcessEnv;
  readonly exists?: (path: string) => boolean;
  /**
   * Gives the package that unpacks a Chromium on Linux, where it is installed: it belongs to the development of this project, so that
   * tests run on a machine without a browser.
   */
  readonly findPacked?: () => Promise<typeof import('@sparticuz/chromium') | undefined>;
}

/** The browser at `CHROME_PATH`, else one of Chromium's family that is installed; undefined when there is none. */
export function findBrowser({
  env = process.env,
  exists = existsSync,
}: BrowserSearch = {}): string | undefined {
  return env.CHROME_PATH || listUsualPlaces(env).find(exists);
}

/**
 * Starts the browser that is there, without a window. The caller closes it.
 *
 * @throws CodedError `config.invalid` when there is no browser, or `playwright-core` is not installed
 */
export async function launchBrowser(search: BrowserSearch = {}): Promise<Browser> {
  const { findPacked = () => import('@sparticuz/chromium').catch(() => undefined) } = search;
  const installed = findBrowser(search);
  const playwright = await import('playwright-core').catch(() => undefined);
  if (playwright === undefined)
    throw new CodedError('config.invalid', 'The package playwright-core is not installed.', {
      hint: 'Run: npm install --save-dev playwright-core.',
    });
  const start = (executablePath: string): Promise<Browser> =>
    playwright.chromium.launch({ executablePath, args: flags }).catch((cause) => {
      throw new CodedError('config.invalid', `The browser ${executablePath} does not start.`, {
        hint: 'Set CHROME_PATH to Chrome, Chromium or Edge.',
        cause,
      });
    });
  if (installed !== undefined) return start(installed);
  const packed = await findPacked();
  if (packed === undefined)
    throw new CodedError(
      'config.invalid',
      'No browser of the family of Chromium was found on this machine.',
      {
        hint: 'Install Chrome, Chromium or Edge, or set CHROME_PATH to the program.',
      },
    );
  // Its own flags are for a cloud function: one process for all pages, which ends with the first page that is closed.
  return start(await packed.default.executablePath());
}

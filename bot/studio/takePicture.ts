import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { CodedError } from '../../cards/errors.ts';
import type { Preview } from '../authoring/previewTemplate.ts';
import { listWebFiles } from './webFiles.ts';

/** The receivers that can draw the card. */
export const pictureViews = ['guest', 'v1', 'v2', 'adaptive', 'text'] as const;
export const pictureWidths = ['phone', 'desktop'] as const;
export const pictureThemes = ['light', 'dark'] as const;

/** How a card is drawn. */
export interface PictureLook {
  /** Who draws it; default `guest`. */
  readonly view?: (typeof pictureViews)[number];
  /** Default `phone`. */
  readonly width?: (typeof pictureWidths)[number];
  /** Default `light`. */
  readonly theme?: (typeof pictureThemes)[number];
}

/** An address without a server: this process serves every file to the browser. */
const origin = 'https://card.invalid';
/** The address of the sample shop, which does not exist: its pictures are files of the sandbox. */
const shop = 'https://shop.example.com/pictures/';

const styles = ['/web/base.css', '/web/messages.css', '/web/cards.css', '/studio/studio.css'];
const pageHtml = `<!doctype html><meta charset="utf-8"><title>Card</title>
${styles.map((path) => `<link rel="stylesheet" href="${path}">`).join('\n')}
<style>.screen:has(.carousel, .adaptive-carousel) { width: max-content; max-width: none }</style>
<script src="/vendor/adaptivecards.js"></script>
<script type="module" src="/studio/cardPicture.js"></script>
<div id="app"></div>`;

/**
 * Takes a picture of a previewed card, as PNG with two pixels for each point. The browser loads only the pictures of the card, from
 * their https addresses.
 */
export async function takePicture(
  browser: Pick<Browser, 'newPage'>,
  preview: Preview,
  look: PictureLook = {},
): Promise<Buffer> {
  const { view = 'guest', width = 'phone', theme = 'light' } = look;
  const page = await browser.newPage({ viewport: { width: 3_200, height: 900 }, deviceScaleFactor: 2 });
  try {
    await serveFiles(page);
    await page.goto(`${origin}/`);
    await page.evaluate(`drawCard(${JSON.stringify({ preview, view, look: { width, theme } })})`);
    await page.waitForFunction('[...document.images].every((image) => image.complete)');
    return await page.locator('.screen').screenshot();
  } finally {
    await page.close();
  }
}

async function serveFiles(page: Page): Promise<void> {
  const { files } = listWebFiles();
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.origin === origin && url.pathname === '/')
      return route.fulfill({ body: pageHtml, contentType: 'text/html' });
    const isOurs = url.origin === origin || url.href.startsWith(shop);
    const file = isOurs ? files.get(url.pathname) : undefined;
    if (file !== undefined) return route.fulfill({ path: file.path, contentType: file.type });
    return !isOurs && route.request().resourceType() === 'image' ? route.continue() : route.abort();
  });
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Usual paths of Chromium browsers on Linux, macOS and Windows. */
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

/** How a browser is searched for. */
interface BrowserSearch {
  readonly env?: NodeJS.ProcessEnv;
  readonly exists?: (path: string) => boolean;
  /**
   * Loads the package that unpacks a Chromium on Linux, if it is installed: tests of this project use it on a machine without a
   * browser.
   */
  readonly findPacked?: () => Promise<typeof import('@sparticuz/chromium') | undefined>;
  /** Switches for the browser besides those that it always gets; default: none. */
  readonly switches?: readonly string[];
}

/** The browser at `CHROME_PATH`, else an installed Chromium browser; undefined when there is none. */
export function findBrowser({
  env = process.env,
  exists = existsSync,
}: BrowserSearch = {}): string | undefined {
  return env.CHROME_PATH || listUsualPlaces(env).find(exists);
}

/**
 * Starts the browser of `findBrowser`, or the packed one, without a window. The caller closes it.
 *
 * @throws CodedError `config.invalid` when there is no browser, or `playwright-core` is not installed
 */
export async function launchBrowser(search: BrowserSearch = {}): Promise<Browser> {
  const { findPacked = () => import('@sparticuz/chromium').catch(() => undefined), switches = [] } = search;
  const installed = findBrowser(search);
  const playwright = await import('playwright-core').catch(() => undefined);
  if (playwright === undefined)
    throw new CodedError('config.invalid', 'The package playwright-core is not installed.', {
      hint: 'Run: npm install --save-dev playwright-core.',
    });
  const start = (executablePath: string): Promise<Browser> =>
    playwright.chromium.launch({ executablePath, args: [...flags, ...switches] }).catch((cause) => {
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
  // The package's own flags are not used: they run all pages in one process, which ends with the first closed page.
  return start(await packed.default.executablePath());
}

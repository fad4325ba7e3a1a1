import type { Browser, Page } from 'playwright-core';
import type { Preview } from '../authoring/previewTemplate.ts';
import { listWebFiles } from './webFiles.ts';

/** The receivers whose drawing of a card can be taken. */
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

/** No server answers here: the browser gets every file from this process. */
const origin = 'https://card.invalid';
/** The sample shop does not exist: its pictures are files of the sandbox. */
const shop = 'https://shop.example.com/pictures/';

const styles = ['/web/base.css', '/web/messages.css', '/web/cards.css', '/studio/studio.css'];
const pageHtml = `<!doctype html><meta charset="utf-8"><title>Card</title>
${styles.map((path) => `<link rel="stylesheet" href="${path}">`).join('\n')}
<style>.screen:has(.carousel, .adaptive-carousel) { width: max-content; max-width: none }</style>
<script src="/vendor/adaptivecards.js"></script>
<script type="module" src="/studio/cardPicture.js"></script>
<div id="app"></div>`;

/**
 * Takes a picture of a previewed card, as PNG with two pixels for each point. Pictures of the card are loaded from their https
 * addresses; nothing else is.
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

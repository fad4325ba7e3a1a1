import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startStudio } from '../../bot/studio/startStudio.ts';
import { startTemplatesDir } from '../../cards/templates/readTemplates.ts';

/** Draws the pictures of docs/card-authors.md into a folder: the Studio with a card, with a mistake, and with all receivers. */
export async function drawStudio(browser: Pick<Browser, 'newPage'>, folder: string): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'studio-'));
  const dir = join(place, 'my-cards');
  mkdirSync(dir);
  mkdirSync(folder, { recursive: true });
  for (const name of ['parcel-v1.json', 'appointment-v1.json'])
    copyFileSync(join(startTemplatesDir, name), join(dir, name));
  const studio = await startStudio({
    dirs: [dir],
    port: 0,
    report: (error) => {
      throw error;
    },
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const draw = async (name: string): Promise<void> => {
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(folder, `${name}.png`) });
  };
  try {
    await page.goto(studio.address);
    await page.getByRole('button', { name: /^parcel-v1/ }).click();
    await choose(page, 'Panel', 'Sample data');
    await page.getByRole('region', { name: 'Guest API' }).getByText('Example Parcel').waitFor();
    await draw('edit');
    await choose(page, 'Panel', 'No problems');
    await page.evaluate(`(async () => {
      const { EditorView } = await import('@codemirror/view');
      const view = EditorView.findFromDOM(document.querySelector('.editor .cm-editor'));
      const at = view.state.doc.toString().indexOf('{parcelId}') + 7;
      view.dispatch({ changes: { from: at, to: at + 2, insert: '' }, selection: { anchor: at }, scrollIntoView: true });
    })()`);
    await page.getByText('The card below is from before this mistake.').waitFor();
    await draw('mistake');
    await page.locator('.editor .cm-content').focus();
    await page.keyboard.press('ControlOrMeta+z');
    await page.getByText('No problems').first().waitFor();
    await page.setViewportSize({ width: 1900, height: 800 });
    await choose(page, 'Panel', 'Accessibility');
    await choose(page, 'View', 'Side by side');
    await page.getByRole('region', { name: 'Adaptive Card' }).getByText('Example Parcel').waitFor();
    await draw('side-by-side');
  } finally {
    await page.close();
    await studio.close();
    rmSync(place, { recursive: true, force: true });
  }
}

function choose(page: Page, label: string, name: string): Promise<void> {
  return page.getByRole('group', { name: label, exact: true }).getByText(name, { exact: true }).click();
}

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { type Studio, startStudio } from '../../bot/studio/startStudio.ts';
import { startTemplatesDir } from '../../cards/templates/readTemplates.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';

/** The biggest template that there is. */
const biggest = 'boarding-pass-v1.json';

/** Opens the Studio before the tests of a file, with a folder of one template; they fail if the page breaks its own policy or throws. */
export function studioPage() {
  const dir = mkdtempSync(join(tmpdir(), 'studio-'));
  const problems: unknown[] = [];
  let studio: Studio;
  let browser: Chromium;
  let page: Page;
  before(async () => {
    copyFileSync(join(startTemplatesDir, biggest), join(dir, biggest));
    studio = await startStudio({ dirs: [dir], port: 0, report: (error) => problems.push(error) });
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      // The browser reports the answer to a conflict, too, which a test makes.
      if (['error', 'warning'].includes(message.type()) && !message.text().includes('409 (Conflict)'))
        problems.push(message.text());
    });
    await page.goto(studio.address);
    await card().getByText('Gate', { exact: true }).waitFor();
  });
  after(async () => {
    await browser.close();
    await studio.close();
    rmSync(dir, { recursive: true, force: true });
    assert.deepEqual(problems, []);
  });
  const card = () => page.getByRole('region', { name: 'Guest API' });
  return {
    dir,
    page: () => page,
    card,
    button: (name: string) => page.getByRole('button', { name, exact: true }),
    choose: (label: string, name: string | RegExp) =>
      page.getByRole('group', { name: label, exact: true }).getByText(name, { exact: true }).click(),
    async openBiggest(): Promise<void> {
      await page.getByRole('button', { name: /^boarding-pass-v1/ }).click();
      await card().getByText('Gate', { exact: true }).waitFor();
    },
    /** What the editor holds; given a text, it is put there as if it had been pasted. */
    editorText: (text?: string): Promise<string> =>
      page.evaluate(
        `(async (text) => {
          const { EditorView } = await import('@codemirror/view');
          const view = EditorView.findFromDOM(document.querySelector('.editor .cm-editor'));
          if (text !== undefined)
            view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: 'input.paste' });
          return view.state.doc.toString();
        })(${JSON.stringify(text)})`,
      ),
  };
}

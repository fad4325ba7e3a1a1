import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Chromium } from './launchChromium.ts';

/** Opens the Messenger of a sandbox and waits until it is connected. */
export async function openMessenger(
  browser: Chromium,
  sandboxUrl: string,
  viewport = { width: 1280, height: 800 },
): Promise<Page> {
  const page = await browser.newPage({ viewport });
  page.on('pageerror', (error) => assert.fail(`the page threw ${error.message}`));
  await page.goto(sandboxUrl);
  await page.getByText('Online').waitFor();
  return page;
}

/** Begins a new conversation on the guest route. A page that is loaded again takes ten times the processor time. */
export async function beginAnew(page: Page, sandboxUrl: string): Promise<void> {
  if (page.url() !== `${sandboxUrl}/`) {
    await page.goto(sandboxUrl);
    await page.getByText('Online').waitFor();
  }
  await page.evaluate(`{
    const route = document.querySelector('input[name=route][value=guest]');
    if (route.checked) document.querySelector('button.new').click();
    else route.click();
  }`);
  await page.getByText('Online').waitFor();
}

/** Types a sentence and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your message').fill(text);
  await page.keyboard.press('Enter');
}

/** Turns of the whole conversation. */
export const turnsOfConversation = 7;

/** An order, a choice from the carousel, quick replies, a misunderstanding, a person; and nobody complains. */
export async function wholeConversation(page: Page, route: string): Promise<void> {
  await page.getByLabel(route).check();
  await page.getByText('Online').waitFor();
  await say(page, 'where is my order 12345?');
  await page.getByText('Example Parcel').waitFor();
  await say(page, 'show me your offers');
  await page.getByRole('button', { name: 'Choose' }).nth(1).click();
  await page.getByText('Shall I order it?').waitFor();
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await page.getByText('nothing was ordered').waitFor();
  await say(page, 'xyzzy plugh');
  await page.getByRole('button', { name: 'A person' }).click();
  await page.getByRole('button', { name: 'Chat with a person' }).click();
  await page.getByText('getting a person').waitFor();
  await page.getByText('None so far.').waitFor();
}

/** Keeps a picture for a person to look at, when SCREENSHOTS names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS === undefined) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

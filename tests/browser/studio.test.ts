import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProblemsIn } from '../../bot/authoring/lint/findProblems.ts';
import { anyPublicHost } from '../../cards/richText/urlPolicy.ts';
import { picture } from './customer.ts';
import { findViolationsNow } from './findViolations.ts';
import { studioPage } from './studioPage.ts';

const studio = studioPage();
const { button, card, choose, editorText } = studio;
const readFile = (name: string) => readFileSync(join(studio.dir, name), 'utf8');
const noProblems = () => studio.page().getByText('No problems').first().waitFor();

/** Puts a text into the editor, and waits until lint has said of it what it says on the command line. */
async function expectFindings(text: string, name: string): Promise<void> {
  await editorText(text);
  const found = findProblemsIn(text, name, anyPublicHost);
  assert.ok(found.length > 0);
  for (const { line, code, message } of found)
    await studio
      .page()
      .getByRole('button')
      .filter({ hasText: `Line ${line} ${code} ${message}` })
      .first()
      .waitFor();
}

test('an author makes a card out of a start template, and a customer clicks its button', async (t) => {
  const page = studio.page();
  await button('New…').click();
  await page.getByLabel('Begin with').selectOption('Appointment');
  await page.getByLabel('Name', { exact: true }).fill('dentist');
  await button('Create').click();
  await card().getByText('Eye test').waitFor();
  await noProblems();

  await t.test('the fields are renamed by the form, everywhere', async () => {
    await choose('Panel', 'Fields');
    for (const [old, name] of [
      ['service', 'treatment'],
      ['place', 'practice'],
    ]) {
      await page.getByLabel(`Name of the field ${old}`).fill(name ?? '');
      // An answer that arrives while the author types draws the page anew.
      await Promise.all([
        page.waitForResponse((response) => response.url().endsWith('/read')),
        page.evaluate("dispatchEvent(new Event('focus'))"),
      ]);
      await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
      await page.getByLabel(`Name of the field ${old}`).press('Enter');
      await page.getByLabel(`Name of the field ${name}`).waitFor();
    }
    await noProblems();
    await choose('Panel', 'Sample data');
    await page.getByLabel('treatment').fill('');
    await page.keyboard.type('Check-up, typed at once');
    await card().getByText('Check-up, typed at once').waitFor();
    await page.getByLabel('treatment').fill('Check-up');
    await card().getByText('Check-up', { exact: true }).waitFor();
    await page.getByLabel('Copy it as').fill('second');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'second', checked: true }).waitFor();
    await button('Remove this sample').click();
    await page.getByRole('radio', { name: 'three-times', checked: true }).waitFor();
    const text = await editorText();
    assert.ok(text.includes('**${treatment}** at ${practice}') && !text.includes('service'));
  });

  await t.test('ten typical mistakes are told at their lines, in the words of lint', async () => {
    const text = await editorText();
    await choose('Panel', 'No problems');
    const mistakes: [string, string][] = [
      ['"version": 1,', '"version": 1'],
      ['"type": "header"', '"type": "heading"'],
      ['"style": "bold"', '"style": "fat"'],
      ['at ${practice}', 'at ${practise}'],
      ['formatWeekday(', 'weekday('],
      ['"version": 1', '"version": "1"'],
      [
        '"action": "postback",\n            "payload": "show',
        '"action": "openUrl",\n            "payload": "show',
      ],
      ['"durationMinutes": 30', '"durationMinutes": "30"'],
      ['"treatment": "Check-up"', '"treatmnt": "Check-up"'],
      ['https://shop', 'http://shop'],
    ];
    for (const [right, wrong] of mistakes) {
      assert.ok(text.includes(right), right);
      await expectFindings(text.replace(right, wrong), 'dentist-v1.json');
    }
    await page.getByText('The card below is from before this mistake.').waitFor();
    await picture(page, 'studio-mistake');
    await page.locator('.editor .cm-content').focus();
    for (const _ of mistakes) await page.keyboard.press('ControlOrMeta+z');
    await noProblems();
    assert.equal(await editorText(), text);
  });

  await t.test('a locale is added, and a draft outlives a reload', async () => {
    await choose('Panel', 'Fields');
    await page.getByLabel('New locale').fill('fr');
    await page.keyboard.press('Enter');
    await page.getByText('Locales: en, de, fr').waitFor();
    const text = await editorText();
    await page.reload();
    await page.getByText('Your unsaved changes are back.').waitFor();
    assert.equal(await editorText(), text);
    await choose('Locale', 'fr');
    await card().getByText('30 minutes').waitFor();
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    assert.equal(readFile('dentist-v1.json'), text);
  });

  await t.test('a change on the disk is shown, and never overwritten', async () => {
    const text = await editorText();
    const other = text.replace('Choose a time', 'Of another editor');
    await editorText(text.replace('Choose a time', 'Mine'));
    writeFileSync(join(studio.dir, 'dentist-v1.json'), other);
    await button('Save').click();
    await page.getByText('The file was changed on the disk').waitFor();
    assert.equal(readFile('dentist-v1.json'), other);
    await button('Compare both').click();
    await page
      .getByRole('region', { name: /on the disk/ })
      .getByText('Of another editor')
      .waitFor();
    await button('Take the file on the disk').click();
    await button('Back to the editor').click();
    assert.equal(await editorText(), other);
    await choose('Direction', 'Right to left');
    await page.locator('.screen[dir=rtl]').waitFor();
    await choose('Direction', 'As the locale');
  });

  await t.test('version 1 is published, version 2 is a copy that can be compared', async () => {
    await button('Publish').click();
    await button('Publish it').click();
    await page.getByText('Published: it cannot be changed').waitFor();
    await button('Next version').click();
    await page.getByText('dentist-v2.json').waitFor();
    await editorText((await editorText()).replace('Of another editor', 'When do you come?'));
    await card().getByText('When do you come?').waitFor();
    await button('Compare').click();
    await page
      .getByRole('region', { name: /^dentist-v1.json/ })
      .getByText('Of another editor')
      .waitFor();
    await page
      .getByRole('region', { name: /^dentist-v2.json/ })
      .getByText('When do you come?')
      .waitFor();
    await page.locator('.cm-changedText').first().waitFor();
    await picture(page, 'studio-compare');
    await button('Back to the editor').click();
  });

  await t.test('it is sent to the Messenger, where a customer clicks', async () => {
    const [messenger] = await Promise.all([
      page.context().waitForEvent('page'),
      button('Send to the Messenger').click(),
    ]);
    await messenger.getByRole('button', { name: /9:30/ }).click();
    await messenger.getByText('The bot received: book appointment A-1').waitFor();
    await messenger.close();
  });
});

test('every view of the card, every panel, narrow and dark: nothing is cut off, and axe finds nothing', async () => {
  const page = studio.page();
  await studio.openBiggest();
  const findNothing = async (where: string): Promise<void> =>
    assert.deepEqual(await findViolationsNow(page, { exclude: ['.screen'] }), [], where);
  const check = async (where: string): Promise<void> => {
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    assert.equal(await page.evaluate(overflow), 0, where);
    await picture(page, `studio-${where}`);
  };
  for (const [panel, view] of [
    [/problem|warning/, 'Guest'],
    ['Sample data', 'v1'],
    ['Limits', 'Text'],
    ['Export', 'v2'],
    ['Fields', 'Adaptive'],
    ['Accessibility', 'Side by side'],
    ['Sent as', 'Side by side'],
  ] as const) {
    await choose('Panel', panel);
    await choose('View', view);
    await page.getByRole('region', { name: 'Card' }).getByText('Dublin').first().waitFor();
    await check(view);
  }
  await findNothing('side by side');
  await choose('View', 'Guest');
  await choose('Panel', 'Sample data');
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  for (const width of [768, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const pane of ['Files', 'Edit', 'Card']) {
      await choose('Pane', pane);
      await check(`${pane} at ${width}`);
      if (width === 320) await findNothing(`${pane} in the dark`);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 860 });
});

test('the keyboard alone reaches everything, and leaves the editor again', async () => {
  const page = studio.page();
  await page.locator('.editor .cm-content').focus();
  await page.keyboard.press('Tab');
  const isInEditor = () => page.evaluate('document.activeElement.closest(".editor") !== null');
  assert.equal(await isInEditor(), false);
  await page.keyboard.press('Shift+Tab');
  assert.equal(await isInEditor(), true);
});

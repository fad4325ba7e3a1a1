import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules of axe that see colours; all others find the same in light and in dark. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];

/** What axe finds in a page as it is now: the rule, the element and what to do, one a line. By default all rules see all of the page. */
export async function findViolationsNow(
  page: Page,
  { exclude = [], rules }: { exclude?: string[]; rules?: string[] } = {},
): Promise<string[]> {
  // Half a second of processor time each.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source);
  const options = {
    resultTypes: ['violations'],
    ...(rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } }),
  };
  return page.evaluate(
    `axe.run(${JSON.stringify({ exclude })}, ${JSON.stringify(options)}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => id + ' ' + html.slice(0, 160) + ' ' + failureSummary)))`,
  );
}

/** What axe finds in a page in light, and of its colours in dark. The page stays dark. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  const inLight = await findViolationsNow(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const inDark = await findViolationsNow(page, { rules: rulesOfColour });
  return [...inLight.map((line) => `light: ${line}`), ...inDark.map((line) => `dark: ${line}`)];
}

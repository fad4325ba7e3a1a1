import type { Report } from './verifyBot.ts';

const mostShown = 3;

/** A report for people: every broken rule with its first places. */
export function textReport({ bot, passed, turns, seconds, conversations, rules }: Report): string {
  const lines = [`${bot}: ${conversations.length} conversations, ${turns} turns, ${seconds} s`, ''];
  for (const { rule, says, effect, source, sure, broken } of rules) {
    lines.push(`rule ${rule} is broken: ${says}.`);
    lines.push(`  Else ${effect}. Source (${sure}): ${source}.`);
    for (const { where, path, message, conversation, route } of broken.slice(0, mostShown)) {
      const place = path === '' ? where : `${where}, ${path}`;
      lines.push(
        `  ${place}: ${message}${conversation === undefined ? '' : `  (${route}, "${conversation}")`}`,
      );
    }
    if (broken.length > mostShown) lines.push(`  and ${broken.length - mostShown} more`);
    lines.push('');
  }
  lines.push(
    passed
      ? 'ok  the bot keeps every rule'
      : `failed  ${rules.length === 1 ? 'one rule is' : `${rules.length} rules are`} broken`,
  );
  return `${lines.join('\n')}\n`;
}

const escapeXml = (text: string): string =>
  text
    // XML has no way to write these.
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** A report as JUnit XML: a test case for each conversation, and one for what belongs to none. */
export function junitReport({ bot, conversations, complaints, seconds }: Report): string {
  const cases = [{ name: 'outside of conversations', route: 'v2', complaints }, ...conversations].map(
    ({ name, route, complaints }) => {
      const failures = complaints.map(
        ({ where, path, message, rule }) =>
          `      <failure type="rule ${rule ?? '-'}" message="${escapeXml(`${where} ${path}: ${message}`)}"/>`,
      );
      const open = `    <testcase classname="${escapeXml(`genesys.${route}`)}" name="${escapeXml(name)}"`;
      return failures.length === 0 ? `${open}/>` : `${open}>\n${failures.join('\n')}\n    </testcase>`;
    },
  );
  const failed = [complaints, ...conversations.map((one) => one.complaints)].filter(
    (list) => list.length > 0,
  ).length;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${escapeXml(bot)}" tests="${cases.length}" failures="${failed}" errors="0" time="${seconds}">
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

import type { Report } from './verifyBot.ts';

const mostShown = 3;

/** A report for people: every broken rule with its first places. */
export function writeTextReport(report: Report): string {
  const { bot, passed, turns, seconds, conversations, notPlayed, rules } = report;
  const lines = [`${bot}: ${conversations.length} conversations, ${turns} turns, ${seconds} s`, ''];
  if (notPlayed > 0)
    lines.push(`${notPlayed} conversations were not played: the bot was late too often.`, '');
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

/** A name as JUnit's schemas have it: one line without blanks at its ends. */
const nameOf = (text: string): string => escapeXml(text.replace(/\s+/g, ' ').trim());

/** A report as JUnit XML, valid by the schemas of Ant and of Jenkins: a test case for each conversation, and one for what belongs to none. */
export function writeJunitReport({ bot, conversations, complaints, startedAt, seconds }: Report): string {
  const all = [{ name: 'outside of conversations', route: 'v2', seconds: 0, complaints }, ...conversations];
  const cases = all.map(({ name, route, seconds, complaints }) => {
    const open = `    <testcase classname="genesys.${route}" name="${nameOf(name)}" time="${seconds}"`;
    const [first] = complaints;
    if (first === undefined) return `${open}/>`;
    const lines = complaints.map(
      ({ where, path, message, rule }) => `rule ${rule ?? '-'}: ${where} ${path}: ${message}`,
    );
    return `${open}>
      <failure type="rule ${first.rule ?? '-'}" message="${escapeXml(lines[0] ?? '')}">${escapeXml(lines.join('\n'))}</failure>
    </testcase>`;
  });
  const failed = all.filter(({ complaints }) => complaints.length > 0).length;
  const when = `timestamp="${startedAt.slice(0, 19)}" hostname="localhost"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${nameOf(bot)}" package="genesys" id="0" ${when} tests="${cases.length}" failures="${failed}" errors="0" time="${seconds}">
    <properties/>
${cases.join('\n')}
    <system-out/>
    <system-err/>
  </testsuite>
</testsuites>
`;
}

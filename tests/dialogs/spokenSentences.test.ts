import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activity } from 'botbuilder';
import { brief, Conversation, cardOf } from './conversation.ts';
import type { Spoken } from './spokenSentences.ts';
import { spoken } from './spokenSentences.ts';

function inShort(reply: Partial<Activity>): string {
  const { orderId } = cardOf(reply)?.fields ?? {};
  return orderId === undefined ? brief(reply) : `${brief(reply)}#${orderId}`;
}

async function answerTo({ said, before = [], locale }: Spoken): Promise<string> {
  const conversation = new Conversation({ locale, isVaried: true });
  for (const earlier of before) await conversation.send(earlier);
  return (await conversation.send(said)).map(inShort).join(' / ');
}

test('at least 90 % of the sentences, as customers write them, are answered sensibly', async (t) => {
  const answers = [];
  for (const one of spoken) {
    const answer = await answerTo(one);
    const isSensible = one.sensible.test(answer) && one.wrong?.test(answer) !== true;
    answers.push({ isSensible, line: `${[...(one.before ?? []), one.said].join(' > ')}: ${answer}` });
  }
  const missed = answers.filter(({ isSensible }) => !isSensible).map(({ line }) => line);
  const rate = 1 - missed.length / spoken.length;
  t.diagnostic(`${spoken.length} sentences, ${Math.round(rate * 1_000) / 10} % sensible`);
  for (const line of missed) t.diagnostic(`missed: ${line}`);
  if (process.env.LIST_ANSWERS !== undefined) for (const { line } of answers) t.diagnostic(line);
  assert.equal(spoken.length, 80);
  assert.ok(rate >= 0.9, missed.join('\n'));
});

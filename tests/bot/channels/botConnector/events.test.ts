import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { logEvents } from '../../../../bot/channels/botConnector/session/events.ts';
import { createLog } from '../../../../bot/log/log.ts';
import { sessionOf } from '../../../../bot/turns/turnState.ts';
import { call, post, startConnector } from './startConnector.ts';

const canary = 'canary-ann@example.com';

test('the log tells how requests went, and holds nothing that a customer or a bot said', async (t) => {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk, _, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const bot = await startConnector(t, {
    events: logEvents(createLog('info', sink)),
    logic: async (context) => {
      const { text } = context.activity;
      sessionOf(context)?.tell({ mail: canary });
      if (text.startsWith('fail')) throw new Error(canary);
      if (text.startsWith('person')) sessionOf(context)?.handOff(`I am ${canary}`);
      await context.sendActivity({ type: 'event', name: canary });
      await context.sendActivity({ text: canary, channelData: { secret: canary } });
    },
  });
  const more = { parameters: { mail: canary } };
  await call(bot.url, 'v1', { text: `hello ${canary}`, more, correlationId: 'corr-1' });
  await call(bot.url, 'v2', { text: `person ${canary}`, more });
  await call(bot.url, 'v1', { text: `fail ${canary}` });
  await call(bot.url, 'v1', { text: canary, payload: canary });
  await call(bot.url, 'v1', { more: { inputMessage: canary } });
  await post(`${bot.url}/api/genesys/v1/messages`, canary, { authorization: canary });

  const log = lines.join('');
  assert.ok(!log.includes('ann@'), log);
  const events = lines.map((line) => JSON.parse(line));
  const first = events.find(
    (event) => event.correlationId === 'corr-1' && event.event === 'connector.answered',
  );
  assert.deepEqual(
    [first.outcome, first.route, first.status, first.intent, first.count],
    ['answered', 'v1', 'MoreData', 'turn-odd', 1],
  );
  const names = new Set(events.map((event) => event.event));
  const all = ['connector.answered', 'connector.degraded', 'connector.failed', 'connector.refused'];
  assert.deepEqual([...names].sort(), all);
  assert.deepEqual(
    events.filter((event) => event.event === 'connector.refused').map((event) => event.status),
    [400, 401],
  );
});

test('a request that failed is an error in the log, with its place in the code; a refused one is a warning', () => {
  const lines: [level: string, values: object][] = [];
  const level = (name: string) => (values: object) => lines.push([name, values]);
  const { onRefused } = logEvents({ info: level('info'), warn: level('warn'), error: level('error') });
  onRefused?.({ status: 401, code: 'request.401' });
  onRefused?.({ status: 500, code: 'request.failed', error: new TypeError(canary) });
  const [warning, failure] = lines;
  assert.equal(warning?.[0], 'warn');
  assert.equal(failure?.[0], 'error');
  const { code, status, frames } = { code: '', status: 0, frames: [''], ...failure?.[1] };
  assert.deepEqual([code, status], ['TypeError', 500]);
  assert.match(frames[0] ?? '', /events\.test\.ts/);
});

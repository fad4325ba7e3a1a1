import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Faults, faultsSchema } from '../../sandbox/platform/faults.ts';
import { card, guestPath, startTestSandbox, type TestSandbox } from './client.ts';

describe('faults', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  let sandbox: TestSandbox;
  let token: string;
  let conversation: string;
  before(async () => {
    sandbox = await startTestSandbox({ now: () => now });
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.call('POST', '/sandbox/reset');
    token = await sandbox.token();
    conversation = await sandbox.converse();
  });
  const set = (faults: object) => sandbox.call('PUT', '/sandbox/faults', faults);
  const post = () => sandbox.postCard(conversation, card(), token);
  const send = (signal: AbortSignal) =>
    fetch(sandbox.url + guestPath, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ conversationId: conversation, message: { type: 'webchat', card: card() } }),
      signal,
    });
  const shown = async () => (await sandbox.stats()).cards.shown;

  it('are none by default and cleared by an empty object', async () => {
    assert.equal((await set({ rate5xx: 1, latencyMs: 5 })).body.rate5xx, 1);
    assert.equal((await set({})).body.rate5xx, 0);
    assert.deepEqual((await sandbox.call('GET', '/sandbox/faults')).body, faultsSchema.parse({}));
  });

  for (const faults of [
    { rate429: 2 },
    { rate429: -1 },
    { rate429: '1' },
    { rate429: 0.6, rate5xx: 0.6 },
    { rateX: 1 },
    { requestsPerMinute: 0 },
  ]) {
    it(`refuses ${JSON.stringify(faults)}`, async () => {
      assert.equal((await set(faults)).status, 400);
      assert.equal((await sandbox.call('GET', '/sandbox/faults')).body.rate429, 0);
    });
  }

  const answered: [string, object, number[]][] = [
    ['rate401', { rate401: 1 }, [401]],
    ['rate429', { rate429: 1 }, [429]],
    ['rate5xx', { rate5xx: 1 }, [500, 503]],
  ];
  for (const [name, faults, statuses] of answered) {
    it(`${name} answers without taking the card`, async () => {
      await set(faults);
      const { status, body } = await post();
      assert.ok(statuses.includes(status));
      assert.equal(body.status, status);
      assert.equal(await shown(), 0);
      assert.deepEqual((await sandbox.stats()).faults, { [name]: 1 });
    });
  }

  it('rateReset cuts the connection before the card is taken, rateAmbiguous after', async () => {
    await set({ rateReset: 1 });
    await assert.rejects(post);
    assert.equal(await shown(), 0);
    await set({ rateAmbiguous: 1 });
    await assert.rejects(post);
    assert.equal(await shown(), 1);
    assert.deepEqual((await sandbox.stats()).requests[`POST ${guestPath}`], { reset: 2 });
  });

  it('rateBroken takes the card and answers with what is not JSON', async () => {
    await set({ rateBroken: 1 });
    await assert.rejects(post, SyntaxError);
    assert.equal(await shown(), 1);
  });

  it('rateSlow takes the card and answers late', async () => {
    await set({ rateSlow: 1, slowMs: 60_000 });
    const cut = new AbortController();
    const sent = send(cut.signal);
    await sandbox.call('GET', `/sandbox/conversations/${conversation}/messages?waitMs=10000`);
    assert.equal(await shown(), 1);
    cut.abort();
    await assert.rejects(sent, { name: 'AbortError' });
  });

  it('latencyMs delays the answer', async () => {
    await set({ latencyMs: 3_600_000 });
    const cut = new AbortController();
    const sent = send(cut.signal);
    sent.catch(() => {});
    const whatCame = Promise.race([sent, sandbox.stats().then(() => 'stats')]);
    assert.equal(await whatCame, 'stats');
    cut.abort();
    await assert.rejects(sent, { name: 'AbortError' });
    await set({ latencyMs: 1 });
    assert.equal((await post()).status, 200);
  });

  it('says when to come back in seconds or as a date', async () => {
    await set({ rate429: 1, retryAfterSeconds: 7 });
    assert.equal((await post()).headers.get('retry-after'), '7');
    await set({ rate429: 1, retryAfterSeconds: 7, retryAfterAs: 'date' });
    assert.equal((await post()).headers.get('retry-after'), 'Mon, 23 Nov 2026 10:00:07 GMT');
  });

  it('hit the same requests again for the same seed, in the share that was asked for', () => {
    const draw = (seed: number) => {
      const faults = new Faults(Math.random);
      faults.set(faultsSchema.parse({ seed, rate429: 0.05, rateReset: 0.1 }));
      return Array.from({ length: 20_000 }, () => faults.draw());
    };
    const drawn = draw(7);
    assert.deepEqual(drawn, draw(7));
    assert.notDeepEqual(drawn, draw(8));
    const share = (name: string) => drawn.filter((fault) => fault === name).length / drawn.length;
    assert.ok(Math.abs(share('rate429') - 0.05) < 0.01);
    assert.ok(Math.abs(share('rateReset') - 0.1) < 0.01);
  });
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Storage } from 'botbuilder';
import type { SqliteStorage } from '../../../cards/delivery/store/sqlite/sqliteStorage.ts';

/** A storage that forgets what was last written long ago. */
type PrunedStorage = Storage & Pick<SqliteStorage, 'prune' | 'rewrite'>;

/** What a Bot Framework storage promises, whatever it keeps its items in. */
export function storageContract(
  name: string,
  createStorage: (t: TestContext) => Promise<PrunedStorage>,
): void {
  const it = (says: string, check: (storage: PrunedStorage) => Promise<void>) =>
    test(`${name}: ${says}`, async (t) => check(await createStorage(t)));

  it('what was written is read again, with an eTag, and nothing else', async (storage) => {
    await storage.write({ a: { n: 1, deep: { list: [1, 'zwei', null] } }, b: { n: 2 } });
    const items = await storage.read(['a', 'c', 'b']);
    assert.deepEqual(Object.keys(items).sort(), ['a', 'b']);
    const { eTag, ...item } = items.a;
    assert.deepEqual(item, { n: 1, deep: { list: [1, 'zwei', null] } });
    assert.ok(typeof eTag === 'string' && eTag !== '');
    assert.deepEqual(await storage.read([]), {});
  });

  it('an item over 2 MiB is refused with a code, and what was stored stays', async (storage) => {
    await storage.write({ a: { n: 1 }, b: { n: 1 } });
    const large = { list: Array.from({ length: 600_000 }, () => 'é') };
    await assert.rejects(storage.write({ b: { n: 2 }, a: large }), { code: 'store.tooLarge' });
    const { a, b } = await storage.read(['a', 'b']);
    assert.deepEqual([a.n, b.n], [1, 1]);
    await storage.write({ a: { text: 'x'.repeat(1_900_000) } });
  });

  it('what was not written for some time is changed where there is something to change, once', async (storage) => {
    const keys = Array.from({ length: 250 }, (_, i) => `sessions/${i}`);
    await storage.write(Object.fromEntries(keys.map((key, i) => [key, { text: i % 2 === 0 ? 'old' : '' }])));
    await storage.write({ other: { text: 'old' } });
    let asked = 0;
    const change = (item: object) => {
      asked += 1;
      return Reflect.get(item, 'text') === 'old' ? { text: 'gone' } : undefined;
    };
    const later = Date.now() + 60_000;
    assert.equal(await storage.rewrite('sessions/%', 0, change), 0);
    assert.equal(await storage.rewrite('sessions/%', later, change), 125);
    assert.equal(await storage.rewrite('sessions/%', later, change), 0);
    assert.equal(asked, 250);
    const items = await storage.read(['sessions/0', 'sessions/1', 'other']);
    assert.deepEqual(
      Object.entries(items)
        .map(([key, { text }]) => [key, text])
        .sort(),
      [
        ['other', 'old'],
        ['sessions/0', 'gone'],
        ['sessions/1', ''],
      ],
    );
  });

  it('text of every script, and what looks like SQL, comes back as it was', async (storage) => {
    const key = "'; DROP TABLE x; -- \u2028 שלום 👩‍👩‍👧 \\u0041";
    const text = `${key} \u0000 \ud800`;
    await storage.write({ [key]: { text } });
    assert.equal((await storage.read([key]))[key].text, text);
  });

  it('what was last written before a moment goes, what is younger stays', async (storage) => {
    const items = Array.from({ length: 1_201 }, (_, i) => [`old-${i}`, { n: i }]);
    await storage.write(Object.fromEntries(items));
    assert.equal(await storage.prune(Date.now() - 60_000), 0);
    assert.equal(await storage.prune(Date.now() + 60_000), 1_201);
    assert.deepEqual(await storage.read(['old-0', 'old-1200']), {});
    await storage.write({ 'old-0': { n: 1 } });
    assert.equal((await storage.read(['old-0']))['old-0'].n, 1);
  });

  it('a write with the eTag that was read succeeds and changes it', async (storage) => {
    await storage.write({ a: { n: 1 } });
    const first = (await storage.read(['a'])).a;
    await storage.write({ a: { ...first, n: 2 } });
    const second = (await storage.read(['a'])).a;
    assert.equal(second.n, 2);
    assert.notEqual(second.eTag, first.eTag);
  });

  it('a write with an old eTag is refused and changes nothing', async (storage) => {
    await storage.write({ a: { n: 1 } });
    const old = (await storage.read(['a'])).a;
    await storage.write({ a: { ...old, n: 2 } });
    await assert.rejects(storage.write({ a: { ...old, n: 3 } }), /eTag conflict/);
    assert.equal((await storage.read(['a'])).a.n, 2);
  });

  it('of several items, one with an old eTag refuses all', async (storage) => {
    await storage.write({ a: { n: 1 }, b: { n: 1 } });
    await assert.rejects(storage.write({ a: { n: 2 }, b: { n: 2, eTag: '999' } }), /eTag conflict/);
    const { a, b } = await storage.read(['a', 'b']);
    assert.deepEqual([a.n, b.n], [1, 1]);
  });

  it('the eTag * and no eTag overwrite', async (storage) => {
    await storage.write({ a: { n: 1, eTag: '*' } });
    await storage.write({ a: { n: 2, eTag: '*' } });
    await storage.write({ a: { n: 3 } });
    assert.equal((await storage.read(['a'])).a.n, 3);
  });

  it('an eTag for an item that was deleted is refused', async (storage) => {
    await storage.write({ a: { n: 1 } });
    const { a } = await storage.read(['a']);
    await storage.delete(['a', 'never']);
    assert.deepEqual(await storage.read(['a']), {});
    await assert.rejects(storage.write({ a }), /eTag conflict/);
  });

  it('of two that write what both have read, one is refused', async (storage) => {
    await storage.write({ a: { n: 0 } });
    const { a } = await storage.read(['a']);
    const writes = await Promise.allSettled([1, 2].map((n) => storage.write({ a: { ...a, n } })));
    assert.deepEqual(writes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  it('a turn that changes what it read does not change what others read', async (storage) => {
    await storage.write({ a: { list: [1] } });
    (await storage.read(['a'])).a.list.push(2);
    assert.deepEqual((await storage.read(['a'])).a.list, [1]);
  });
}

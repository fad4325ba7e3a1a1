import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStorage } from 'botbuilder';
import {
  createRecord,
  type SessionAddress,
  SessionBusy,
  type SessionRecord,
  Sessions,
  type SessionsOptions,
} from '../../../../bot/channels/botConnector/session/sessions.ts';
import { LocalTurnGate } from '../../../../cards/delivery/store/turnGate.ts';

const address: SessionAddress = {
  route: 'v1',
  botId: 'card-bot',
  botVersion: '1.0',
  sessionId: 's',
  conversationId: 'c',
  languageCode: 'en-us',
  language: 'en-US',
};

/** Sessions that keep no more than each session does. */
function createSessions(options: Omit<SessionsOptions<SessionRecord<string>>, 'fresh' | 'inherit'>) {
  return new Sessions<SessionRecord<string>>({ ...options, fresh: createRecord, inherit: () => {} });
}

test('works of one session run one after the other, those of others beside them', async () => {
  const sessions = createSessions({ storage: new MemoryStorage() });
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = sessions.run('b', 'one', async () => {
    log.push('first begins');
    await gate.promise;
    log.push('first ends');
  });
  const second = sessions.run('b', 'one', async () => void log.push('second'));
  await sessions.run('b', 'two', async () => void log.push('other'));
  gate.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(log, ['first begins', 'other', 'first ends', 'second']);
});

test('a work that fails does not stop the next', async () => {
  const sessions = createSessions({ storage: new MemoryStorage() });
  const failing = sessions.run('b', 's', () => Promise.reject(new Error('no')));
  const next = sessions.run('b', 's', async () => {});
  await assert.rejects(failing, /no/);
  await next;
});

test('what is kept survives the process, when the storage does', async () => {
  const storage = new MemoryStorage();
  await createSessions({ storage }).run('b', 's', async (record) => {
    record.address = address;
    record.parameters = { tier: 'gold' };
  });
  await createSessions({ storage }).run('b', 's', async (record) => {
    assert.deepEqual([record.parameters, record.turns], [{ tier: 'gold' }, 0]);
  });
});

test('ids of sessions and bots cannot be mixed up, whatever they hold', async () => {
  const storage = new MemoryStorage();
  const sessions = createSessions({ storage });
  const pairs: [bot: string, session: string][] = [
    ['a', 'b/sessions/c'],
    ['a/sessions/b', 'c'],
    ['__proto__', 'x'],
    ['a', '__proto__'],
  ];
  for (const [bot, session] of pairs) {
    await sessions.run(bot, session, async (record) => {
      assert.equal(record.address, undefined, `${bot} ${session}`);
      record.address = address;
    });
  }
});

test('beyond the bound a work is refused at once, and those that wait still run', async () => {
  const sessions = createSessions({ storage: new MemoryStorage(), maxWaiting: 2 });
  const gate = Promise.withResolvers<void>();
  const works = [1, 2, 3].map(() => sessions.run('b', 's', () => gate.promise));
  await assert.rejects(
    sessions.run('b', 's', async () => {}),
    SessionBusy,
  );
  gate.resolve();
  await Promise.all(works);
  await sessions.idle();
  await sessions.run('b', 's', async () => {});
});

test('a work that begins another later waits for its turn like any other', async () => {
  const sessions = createSessions({ storage: new MemoryStorage() });
  const log: string[] = [];
  const later = Promise.withResolvers<void>();
  let begun: Promise<void> = Promise.resolve();
  await sessions.run('b', 's', async () => {
    begun = later.promise.then(() => sessions.run('b', 's', async () => void log.push('later')));
  });
  const gate = Promise.withResolvers<void>();
  const busy = sessions.run('b', 's', async () => {
    await gate.promise;
    log.push('busy');
  });
  later.resolve();
  gate.resolve();
  await Promise.all([busy, begun]);
  assert.deepEqual(log, ['busy', 'later']);
});

test('instances that share a storage and a gate run the works of a session one after the other', async () => {
  const shared = { storage: new MemoryStorage(), gate: new LocalTurnGate() };
  const instances = [createSessions(shared), createSessions(shared)];
  let running = 0;
  await Promise.all(
    instances.map((sessions) =>
      sessions.run('b', 's', async (record) => {
        running += 1;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        assert.equal(running, 1);
        running -= 1;
        record.address = address;
        record.turns += 1;
      }),
    ),
  );
  await createSessions(shared).run('b', 's', async ({ turns }) => assert.equal(turns, 2));
});

test('work waits for that of another instance as long as a turn may last', async () => {
  const waits: (number | undefined)[] = [];
  const gate = {
    inOrder: <T>(_key: string, work: () => Promise<T>, waitMs?: number) => {
      waits.push(waitMs);
      return work();
    },
  };
  for (const longestTurnMs of [undefined, 30_000])
    await createSessions({ storage: new MemoryStorage(), gate, longestTurnMs }).run('b', 's', async () => {});
  assert.deepEqual(waits, [60_000, 30_000]);
});

test('nothing is kept of a session that nobody began', async () => {
  const storage = new MemoryStorage();
  let writes = 0;
  storage.write = async () => {
    writes += 1;
  };
  await createSessions({ storage }).run('b', 'nobody', async () => {});
  assert.equal(writes, 0);
});

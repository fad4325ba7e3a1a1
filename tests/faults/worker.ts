import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGenesysRoutes } from '../../cards/delivery/createGenesysRoutes.ts';
import { createHttpClient, type Http } from '../../cards/delivery/http.ts';
import { type CardRoute, wrapRoute } from '../../cards/delivery/outbox.ts';
import { defaultRetryPolicy } from '../../cards/delivery/retryTiming.ts';
import { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';
import { lockStore, openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import { EmbeddedOutbox } from '../../cards/delivery/store/sqlite/embeddedOutbox.ts';
import { onEnd } from '../fakes/cardEvent.ts';
import { numberedSubmitter } from './submitNumbered.ts';
import {
  type FromWorker,
  type Point,
  type ToWorker,
  type WorkerOptions,
  workerOptionsSchema,
} from './workerProtocol.ts';

/**
 * The process under test: the store, the outbox and the route to Genesys as the bot has them, fed by its parent.
 * SIGTERM ends it as it ends the bot; the parent's SIGKILL, or its own at a point of a card's way, as a crash would.
 */
function start(options: WorkerOptions): void {
  const tell = (message: FromWorker) => process.send?.(message);
  const unlock = lockStore(options.dataDir);
  const db = openDatabase(options.dataDir);
  if (options.checkpointPages !== undefined) {
    db.exec(`PRAGMA wal_autocheckpoint = ${options.checkpointPages}`);
  }
  // A worker that dies over what a former one left, before it could say that it is ready, would count as one that cannot start.
  let hasCards = false;
  const pass = deathAt(options.dieAt, () => hasCards);
  const store = new CardStore(db);
  dieInStore(store, pass);
  const http = createHttpClient();
  const outbox = new EmbeddedOutbox({
    store,
    routes: createGenesysRoutes({
      loginUrl: options.url,
      apiUrl: options.url,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      scope: 'webchat:guest:write',
      http: dieInSend(http.request, pass),
      requestsPerMinute: options.requestsPerMinute,
      dropsRepeats: options.dropsRepeats,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    }).map((route) => dieAroundSend(route, pass)),
    retry: { ...defaultRetryPolicy, baseMs: options.retryBaseMs ?? defaultRetryPolicy.baseMs },
    onUnknown: options.onUnknown,
    ...(options.maxWaiting === undefined ? {} : { maxWaiting: options.maxWaiting }),
    listeners: [
      ({ entry: { messageId }, attempt }) => {
        if (attempt !== undefined) tell({ kind: 'attempt', messageId, result: attempt.result });
      },
      onEnd(({ messageId, outcome }, { card: { conversationId } }) =>
        tell({ kind: 'settled', messageId, conversationId, outcome }),
      ),
    ],
  });
  const submit = numberedSubmitter(outbox, tell);
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const report = () => {
    const { heapUsed, external } = process.memoryUsage();
    const mib = (bytes: number) => Math.round(bytes / 104_857.6) / 10;
    tell({ kind: 'report', depth: outbox.depth, heldMiB: mib(heapUsed + external) });
  };

  process.on('message', (message: ToWorker) => {
    if (message.kind === 'card') {
      hasCards = true;
      void submit(message.card);
    } else {
      if (message.kind === 'collectedReport') collect();
      report();
    }
  });
  process.on('SIGTERM', async () => {
    await outbox.stop(6_000);
    store.close();
    http.close();
    unlock();
    process.exit(0);
  });
  // The parent is gone: nobody would ever end this process.
  process.on('disconnect', () => process.exit(1));
  void outbox.start().then(() => tell({ kind: 'ready' }));
}

/** Gives the function that is called at each point, and ends the process when it is the one to die at and may die. */
function deathAt(dieAt: WorkerOptions['dieAt'], mayDie: () => boolean): (point: Point) => void {
  let left = dieAt?.nth ?? Number.POSITIVE_INFINITY;
  return (point) => {
    if (point !== dieAt?.point || !mayDie()) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
}

function dieInStore(store: CardStore, pass: (point: Point) => void): void {
  const add = store.add.bind(store);
  store.add = async (...args) => {
    pass('beforeWrite');
    const added = await add(...args);
    pass('afterWrite');
    return added;
  };
  const append = store.audit.append.bind(store.audit);
  // Between the card's row and its audit entry, in the middle of a transaction.
  store.audit.append = (entry) => {
    pass(entry.event === 'stored' ? 'insideWrite' : 'insideMark');
    return append(entry);
  };
  const settle = store.settle.bind(store);
  store.settle = async (...args) => {
    const delivery = await settle(...args);
    pass('afterMark');
    return delivery;
  };
}

function dieInSend(http: Http, pass: (point: Point) => void): Http {
  return (request) => {
    const result = http(request);
    // A millisecond or so later the request is on the wire and its answer is not here yet.
    if (request.method === 'POST' && request.url.includes('/messages'))
      setTimeout(() => pass('duringSend'), 1);
    return result;
  };
}

function dieAroundSend(route: CardRoute, pass: (point: Point) => void): CardRoute {
  return wrapRoute(route, {
    send: async (card) => {
      pass('beforeSend');
      const attempt = await route.send(card);
      pass('afterSend');
      return attempt;
    },
  });
}

try {
  start(workerOptionsSchema.parse(JSON.parse(process.argv[2] ?? '{}')));
} catch (error) {
  const message: FromWorker = {
    kind: 'failed',
    message: error instanceof Error ? error.message : String(error),
  };
  process.send?.(message, () => process.exit(1));
}

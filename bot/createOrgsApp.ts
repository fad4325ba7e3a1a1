import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Org } from './config/orgs.ts';
import { type App, type AppOptions, createApp } from './createApp.ts';
import { createEvery, type Every } from './health/chores.ts';
import { limitServer, normalizeTarget } from './http/httpServer.ts';
import { listenOn } from './http/listenOn.ts';
import { readErrorFields } from './log/errorFields.ts';
import type { Log } from './log/log.ts';

/** Options of several apps beside their configurations. */
interface OrgsAppOptions extends Omit<AppOptions, 'org'> {
  /** Calls back when organisations that could not start are retried; default: every 30 seconds. */
  retry?: Every;
}

/** An organisation behind the server of all; its app is undefined until it has started. */
interface Served {
  readonly org: Org;
  readonly log: Log;
  app: App | undefined;
  /** Number of failed starts. */
  failures: number;
  /** The last failure, without its frames: the log reports the same one once. */
  lastFailure: string | undefined;
  isStarting: boolean;
}

/**
 * Serves several organisations: an app for each, which knows nothing of the others, behind one HTTP server with the paths
 * `/orgs/ID/…`. Retries an organisation that cannot start, while it serves the others.
 */
export function createOrgsApp(
  orgs: readonly [Org, ...Org[]],
  log: Log,
  { retry = createEvery(30_000), ...options }: OrgsAppOptions = {},
): Pick<App, 'listen' | 'close'> {
  const served = orgs.map((org): Served => {
    return {
      org,
      log: log.child({ org: org.id }),
      app: undefined,
      failures: 0,
      lastFailure: undefined,
      isStarting: false,
    };
  });
  let firstFailure: unknown;
  let isClosed = false;
  let timer = { cancel: () => {} };

  const startOne = async (one: Served) => {
    if (one.app !== undefined || one.isStarting || isClosed) return;
    one.isStarting = true;
    let app: App | undefined;
    try {
      app = await createApp(one.org.config, one.log, { ...options, org: one.org.id });
      await app.start();
      one.app = app;
      one.log.info({ event: 'org.started', attempts: one.failures + 1 }, 'Organisation started');
    } catch (error) {
      firstFailure ??= error;
      one.failures += 1;
      const why = readErrorFields(error);
      const failure = JSON.stringify({ ...why, frames: [] });
      if (failure !== one.lastFailure)
        one.log.error(
          { event: 'org.failed', error, ...why },
          'Organisation could not start; the bot retries every 30 seconds',
        );
      one.lastFailure = failure;
      await app?.close();
    } finally {
      one.isStarting = false;
    }
  };
  const startAll = () => Promise.all(served.map(startOne));
  const readiness = async () => {
    const states = await Promise.all(served.map(async ({ app }) => (await app?.isReady()) === true));
    return new Map(served.map(({ org }, i) => [org.id, states[i] === true]));
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = normalizeTarget(request.url);
    const [, id, rest = ''] = /^\/orgs\/([a-z0-9-]+)(\/[^?]*|(?=\?|$))/.exec(url) ?? [];
    const one = served.find(({ org }) => org.id === id);
    if (one?.app !== undefined) {
      request.url = `${rest === '' ? '/' : rest}${url.slice(`/orgs/${id}${rest}`.length)}`;
      one.app.handle(request, response);
    } else if (one !== undefined) {
      response.setHeader('retry-after', '30');
      answer(response, 503, { code: 'request.503', message: 'The organisation is not available now.' });
    } else if (url === '/healthz') {
      answer(response, 200, { status: 'alive' });
    } else if (url === '/readyz') {
      const ready = await readiness();
      // One organisation that is not ready must not stop the others; `/orgs/ID/readyz` shows it.
      const isReady = !isClosed && [...ready.values()].includes(true);
      answer(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready' });
    } else {
      answer(response, 404, { code: 'request.404', message: 'The path does not exist.' });
    }
  };
  const server = createServer((request, response) => void handle(request, response));
  limitServer(server);

  return {
    listen: async () => {
      await startAll();
      if (served.every(({ app }) => app === undefined)) throw firstFailure;
      timer = retry(() => void startAll());
      // An open bot listens on this machine only.
      const open = orgs.find(({ config }) => config.app.id === undefined) ?? orgs[0];
      return listenOn(server, open.config);
    },
    close: async () => {
      isClosed = true;
      timer.cancel();
      server.close();
      await Promise.all(served.map(({ app }) => app?.close()));
      server.closeAllConnections();
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    // The unread body of this request would block the next one.
    connection: 'close',
  });
  response.end(JSON.stringify(body));
}

import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type { Next, Request, Response, Server } from 'restify';
import { traceIdOf } from '../../cards/delivery/traceparent.ts';
import { CodedError } from '../../cards/errors.ts';
import { isLoopback } from '../config/config.ts';
import { readErrorFields } from '../log/errorFields.ts';
import { createLog, type Log } from '../log/log.ts';
import { runInTrace } from '../telemetry/operation.ts';
import { readJsonBody } from './readJsonBody.ts';
import { RefusedRequest, sendProblem, tellsProblems } from './refusal.ts';

/** Answers a request whose JSON body was read. */
export interface JsonHandler {
  (body: unknown, request: Request, response: Response): Promise<void>;
  /** Looks at the headers before the body is read; throws RefusedRequest for a caller that cannot be the right one. */
  checkCaller?: (request: Request) => void;
}

/** What the routes do; this file only knows paths and limits. */
export interface Routes {
  /** `POST /api/messages` */
  messages: JsonHandler;
  /** For `GET /readyz`. */
  isReady: () => Promise<boolean>;
  /** True when the bot is stopping: connections that are still open take no further turn. Default: never. */
  isDraining?: () => boolean;
  /** True when the bot is open to everybody on this machine, and so to nobody else; default: false. */
  isOpen?: boolean;
  /** The text of `GET /`; default: there is no such page. */
  about?: string;
  /** Further routes, such as those of the Bot Connector. */
  more?: (server: Server) => void;
}

/** Time for a client to send a whole request, in milliseconds. */
const requestTimeoutMs = 10_000;
/** How often the server looks for clients whose time is over, in milliseconds. */
const checkingIntervalMs = 1_000;
/** Open connections at most: far more than turns can run at once, and far fewer than a process may have files. */
const maxConnections = 2_000;

/** Makes the server; it listens when `listen` is called. */
export function createHttpServer(routes: Routes, log: Log): Server {
  // An empty name keeps the header Server away.
  const server = createRestify({ name: '', log: createLog('silent'), ignoreTrailingSlash: true });
  limitServer(server.server);
  server.pre((request: Request, response: Response, next: Next) => {
    response.setHeader('x-content-type-options', 'nosniff');
    request.url = normalizeTarget(request.url);
    // Node leaves the body of an answer to HEAD away by itself. A stream has no end: it answers HEAD itself.
    if (request.method === 'HEAD' && !/^\/ops\/events\/?(?:\?|$)/.test(request.url ?? ''))
      request.method = 'GET';
    // Node's parser takes nothing more from a connection after an offer, so it must not be kept.
    if (request.headers.upgrade !== undefined) response.setHeader('connection', 'close');
    next();
  });
  server.pre((request: Request, _: Response, next: Next) => {
    runInTrace(traceIdOf(request.headers.traceparent), () => next());
  });
  server.pre((request: Request, response: Response, next: Next) => {
    // The routes of the connector and of cards have a credential of their own, and may be behind a tunnel.
    const hasCredential = /^\/api\/(?:genesys\/|cards(?:[/?]|$))/.test(request.url ?? '');
    const isOpen = routes.isOpen === true && !hasCredential;
    const why = isOpen ? explainNotLocal(request) : undefined;
    if (why === undefined) return next();
    response.setHeader('connection', 'close');
    sendRefusal(response, new RefusedRequest(403, why));
    return next(false);
  });
  server.pre((request: Request, response: Response, next: Next) => {
    if (request.method !== 'POST' || routes.isDraining?.() !== true) return next();
    response.setHeader('connection', 'close');
    response.setHeader('retry-after', '5');
    refuse(request, response, new RefusedRequest(503, 'The bot is stopping.'));
    return next(false);
  });
  const { about } = routes;
  if (about !== undefined)
    server.get('/', (_: Request, response: Response, next: Next) => {
      response.sendRaw(200, about, { 'content-type': 'text/plain; charset=utf-8' });
      next();
    });
  server.get('/healthz', (_: Request, response: Response, next: Next) => {
    response.send(200, { status: 'alive' });
    next();
  });
  server.get('/readyz', async (_: Request, response: Response) => {
    const isReady = await routes.isReady();
    response.send(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready' });
  });
  server.post('/api/messages', handleJson(routes.messages, log));
  routes.more?.(server);
  server.on('restifyError', hideDetails(log));
  return server;
}

/**
 * Returns the path and query of a request. A proxy may send a scheme and a host before them, and a base address with a
 * slash at its end makes two of them.
 */
export function normalizeTarget(url = '/'): string {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const path = target.replace(/^[^?]+/, (given) => given.replace(/\/{2,}/g, '/'));
  return path.startsWith('/') ? path : `/${path}`;
}

/** Keeps the clients of a server within their limits. */
export function limitServer(server: HttpServer): void {
  Object.assign(server, {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    // Node looks every 30 s by default: a limit of 10 s would act after up to 40.
    connectionsCheckingInterval: checkingIntervalMs,
    keepAliveTimeout: 75_000,
    maxHeadersCount: 100,
    maxConnections: maxConnections,
  });
  // Connections that only wait for a next request make room for those that have one.
  server.on('drop', () => server.closeIdleConnections());
  ignoreUpgrades(server);
}

/**
 * Ignores an offer of another protocol (RFC 9110 7.8): the request is answered as if it were not there.
 * restify listens for upgrades and does nothing then, so that Node hands it a connection that nobody answers or frees.
 */
function ignoreUpgrades(server: HttpServer): void {
  server.removeAllListeners('upgrade');
  server.on('connect', (_, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    socket.end(
      'HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD, POST\r\nX-Content-Type-Options: nosniff\r\n' +
        'Content-Length: 0\r\nConnection: close\r\n\r\n',
      () => socket.destroy(),
    );
  });
}

/** Resolves when every request that was taken is answered; connections that idle, or were never used, do not count. */
export function waitForAnswers(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (server.inflightRequests() === 0) resolve();
    };
    server.on('after', look);
    look();
  });
}

/** Reads the body within its limits, hands it on, and turns what is thrown into an answer without inner details. */
function handleJson(handler: JsonHandler, log: Log) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      handler.checkCaller?.(request);
      await handler(await readJsonBody(request), request, response);
    } catch (error) {
      if (error instanceof RefusedRequest) {
        // What is left of the body is not read, so the connection cannot be used again.
        if (error.status !== 400) {
          response.setHeader('connection', 'close');
          response.once('finish', () => request.destroy());
        }
        sendRefusal(response, error);
      } else if (error instanceof CodedError && error.code === 'activity.invalid') {
        response.send(400, { code: error.code, message: error.message, path: error.path, hint: error.hint });
      } else {
        log.error({ event: 'request.failed', error, ...readErrorFields(error) }, 'Request failed');
        if (!response.headersSent)
          response.send(500, { code: 'request.failed', message: 'The request failed.' });
      }
    }
  };
}

/** Refuses a request in the form of its path. */
function refuse(request: Request, response: Response, refused: RefusedRequest): void {
  if (tellsProblems(request.url)) sendProblem(response, refused);
  else if (!response.headersSent) sendRefusal(response, refused);
}

function sendRefusal(response: Response, { status, code, message, details }: RefusedRequest): void {
  response.send(status, { code, message, path: details.path });
}

const texts: Readonly<Record<number, string>> = {
  404: 'The path does not exist.',
  405: 'The path does not support this method.',
};

/** The library's own error texts may hold what the caller sent; the status says enough. */
function hideDetails(log: Log) {
  return (request: Request, response: Response, error: { statusCode?: number }, done: () => void): void => {
    const status = error.statusCode ?? 500;
    if (status >= 500)
      log.error({ event: 'request.failed', status, error, ...readErrorFields(error) }, 'Request failed');
    const allowed = response.getHeader('allow');
    if (typeof allowed === 'string') response.setHeader('allow', allowed.replace(/\bGET\b/, 'GET, HEAD'));
    refuse(request, response, new RefusedRequest(status, texts[status] ?? 'The request failed.'));
    done();
  };
}

/** Options of restify, whose types know only the log that it brings itself. */
interface RestifyOptions {
  name: string;
  log: Log;
  ignoreTrailingSlash: boolean;
}

/** As `createServer` of restify, whose index loads thirty plugins and a second pino as well: 8 MiB that nothing here uses. */
function createRestify(options: RestifyOptions): Server {
  const load = createRequire(import.meta.url);
  const RestifyRouter: new (options: RestifyOptions) => object = load('restify/lib/router.js');
  const RestifyServer: new (options: RestifyOptions & { router: object }) => Server =
    load('restify/lib/server.js');
  return new RestifyServer({ ...options, router: new RestifyRouter(options) });
}

/**
 * Says why a request may not reach a bot that is open to this machine: undefined when it may.
 *
 * A page from elsewhere runs in a browser on this machine, too. It can make its own name lead here (DNS rebinding), which
 * `Host` shows, or post to the address here, which `Origin` shows.
 */
export function explainNotLocal({
  headers: { host, origin },
}: Pick<IncomingMessage, 'headers'>): string | undefined {
  if (host !== undefined && !isLocal(`http://${host}`))
    return 'The bot has no MicrosoftAppId: it answers only to names of this machine, such as localhost.';
  if (origin !== undefined && !isLocal(origin))
    return 'The bot has no MicrosoftAppId: pages of other sites may not call it.';
  return undefined;
}

function isLocal(url: string): boolean {
  const hostname = URL.parse(url)?.hostname ?? '';
  return isLoopback(hostname) || hostname.endsWith('.localhost');
}

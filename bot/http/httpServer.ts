import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type { Next, Request, Response, Server } from 'restify';
import { traceIdOf } from '../../cards/delivery/traceparent.ts';
import { CodedError } from '../../cards/errors.ts';
import { isLoopback } from '../config/rules.ts';
import { readErrorFields } from '../log/errorFields.ts';
import { createLog, type Log } from '../log/log.ts';
import { runInTrace } from '../telemetry/operation.ts';
import {
  closeAfterAnswer,
  createFailure,
  hasProblemDocuments,
  logFailure,
  RefusedRequest,
  readJsonBody,
  sendProblem,
} from './requests.ts';

/** Answers a request whose JSON body was read. */
export interface JsonHandler {
  (body: unknown, request: Request, response: Response): Promise<void>;
  /** Checks the headers before the body is read; throws RefusedRequest for a wrong caller. */
  checkCaller?: (request: Request) => void;
}

/** The work of the routes; this file has their paths and limits. */
export interface Routes {
  /** `POST /api/messages` */
  messages: JsonHandler;
  /** For `GET /readyz`. */
  isReady: () => Promise<boolean>;
  /** True when the bot is stopping: open connections begin no further turn. Default: never. */
  isDraining?: () => boolean;
  /** True when everybody on this machine may call the bot, and nobody else; default: false. */
  isOpen?: boolean;
  /** The text of `GET /`; default: no such page. */
  about?: string;
  /** Further routes, such as those of the Bot Connector. */
  more?: (server: Server) => void;
}

/** Time for a client to send a whole request, in milliseconds. */
const requestTimeoutMs = 10_000;
/** How often the server checks these time limits, in milliseconds. */
const checkingIntervalMs = 1_000;
/** Most open connections: far more than turns can run at once, far fewer than a process can have open files. */
const maxConnections = 2_000;

/** Creates the server; it listens when `listen` is called. */
export function createHttpServer(routes: Routes, log: Log): Server {
  // An empty name omits the header Server.
  const server = createRestify({ name: '', log: createLog('silent'), ignoreTrailingSlash: true });
  limitServer(server.server);
  server.pre((request: Request, response: Response, next: Next) => {
    response.setHeader('x-content-type-options', 'nosniff');
    request.url = normalizeTarget(request.url);
    // Node omits the body of an answer to HEAD itself. The route of an endless stream answers HEAD itself.
    if (request.method === 'HEAD' && !/^\/ops\/events\/?(?:\?|$)/.test(request.url ?? ''))
      request.method = 'GET';
    // Node's parser reads nothing more from a connection after an upgrade offer, so the connection is closed.
    if (request.headers.upgrade !== undefined) response.setHeader('connection', 'close');
    next();
  });
  server.pre((request: Request, _: Response, next: Next) => {
    runInTrace(traceIdOf(request.headers.traceparent), () => next());
  });
  server.pre((request: Request, response: Response, next: Next) => {
    // The routes of the connector and of cards check a credential, and may be behind a tunnel.
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
 * Returns the path and query of a request, without a scheme and host that a proxy may send, and with single slashes: a base address
 * with a slash at its end leads to double ones.
 */
export function normalizeTarget(url = '/'): string {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const path = target.replace(/^[^?]+/, (given) => given.replace(/\/{2,}/g, '/'));
  return path.startsWith('/') ? path : `/${path}`;
}

/** Sets the limits of a server: time, headers and connections. */
export function limitServer(server: HttpServer): void {
  Object.assign(server, {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    // By default Node checks every 30 s: a limit of 10 s would act after up to 40 s.
    connectionsCheckingInterval: checkingIntervalMs,
    keepAliveTimeout: 75_000,
    maxHeadersCount: 100,
    maxConnections: maxConnections,
  });
  // Idle connections are closed to make room for new ones.
  server.on('drop', () => server.closeIdleConnections());
  ignoreUpgrades(server);
}

/**
 * Ignores an upgrade offer (RFC 9110 7.8): the request is answered as if it had none. restify listens for upgrades and does nothing,
 * so that nobody would answer or close the connection.
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

/** Resolves when every accepted request is answered. */
export function waitForAnswers(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (server.inflightRequests() === 0) resolve();
    };
    server.on('after', look);
    look();
  });
}

/** Reads the body within its limits and calls the handler; turns errors into answers without internal details. */
function handleJson(handler: JsonHandler, log: Log) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      handler.checkCaller?.(request);
      await handler(await readJsonBody(request), request, response);
    } catch (error) {
      if (error instanceof RefusedRequest) {
        if (error.status !== 400) closeAfterAnswer(request, response);
        sendRefusal(response, error);
      } else if (error instanceof CodedError && error.code === 'activity.invalid') {
        response.send(400, { code: error.code, message: error.message, path: error.path, hint: error.hint });
      } else {
        logFailure(log, error);
        if (!response.headersSent) sendRefusal(response, createFailure());
      }
    }
  };
}

/** Refuses a request in the form of its path. */
function refuse(request: Request, response: Response, refused: RefusedRequest): void {
  if (hasProblemDocuments(request.url)) sendProblem(response, refused);
  else if (!response.headersSent) sendRefusal(response, refused);
}

function sendRefusal(response: Response, { status, code, message, details }: RefusedRequest): void {
  response.send(status, { code, message, path: details.path });
}

const texts: Readonly<Record<number, string>> = {
  404: 'The path does not exist.',
  405: 'The path does not support this method.',
};

/** Answers errors of the library by their status only: their texts may hold data of the caller. */
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

/** Options of restify; its own types allow only its own log. */
interface RestifyOptions {
  name: string;
  log: Log;
  ignoreTrailingSlash: boolean;
}

/** Like `createServer` of restify, without its index, which loads thirty plugins and a second pino: 8 MiB. */
function createRestify(options: RestifyOptions): Server {
  const load = createRequire(import.meta.url);
  const RestifyRouter: new (options: RestifyOptions) => object = load('restify/lib/router.js');
  const RestifyServer: new (options: RestifyOptions & { router: object }) => Server =
    load('restify/lib/server.js');
  return new RestifyServer({ ...options, router: new RestifyRouter(options) });
}

/**
 * Explains why a request may not reach a bot that is open to this machine; undefined when it may.
 *
 * A page of another site runs in a browser on this machine, too. Its name can lead here (DNS rebinding), which `Host` shows, or it can
 * post to this address, which `Origin` shows.
 */
function explainNotLocal({
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

import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { CodedError } from '../../../../cards/errors.ts';

/** A request for the routes: Node's own, or one that was created from a `Request`. */
export interface Incoming extends AsyncIterable<unknown> {
  readonly headers: IncomingHttpHeaders;
  readonly url?: string | undefined;
  readonly readableEnded?: boolean;
  /** The body, when the server has read it already. */
  readonly body?: unknown;
  destroy(): unknown;
}

/** The response of a route: Node's own, or one for a `Response`. */
export interface Outgoing {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  once(event: 'finish', listener: () => void): unknown;
  end(body?: string | Buffer): unknown;
}

/** Answers one request. */
export type Handler = (request: Incoming, response: Outgoing) => Promise<void>;

/** One route; `path` may have parameters such as `:botId`. */
export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly handler: Handler;
}

/** A server that routes can be added to: restify 8 to 12, express 4 and 5, fastify, Hono. */
export interface RouteTarget {
  get(path: string, ...handlers: never[]): unknown;
  post(path: string, ...handlers: never[]): unknown;
}

type Mount<H> = { [method in Route['method']]: (path: string, handler: H) => unknown };
type RestifyHandler = (request: Incoming, response: Outgoing, next: (goesOn: false) => void) => void;
type HonoHandler = (context: { req: { raw: Request } }) => Promise<Response>;
interface FastifyRequest {
  raw: Incoming;
}
interface FastifyReply {
  raw: Outgoing;
  hijack(): unknown;
}
type FastifyHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
interface Fastify extends Mount<FastifyHandler> {
  register(plugin: (scope: Fastify) => Promise<void>): unknown;
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: string,
    parse: (request: unknown, body: unknown, done: () => void) => void,
  ): unknown;
}

/**
 * Adds routes to a server.
 *
 * @throws CodedError `config.invalid` for a server of an unknown library
 */
export function addToServer(server: unknown, routes: readonly Route[]): void {
  if (isHono(server)) {
    for (const { method, path, handler } of routes)
      server[method](path, (context) => answerFetch(handler, context.req.raw));
    return;
  }
  if (isFastify(server)) {
    server.register(async (scope) => {
      // The body is read here, after the credential is checked.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _body, done) => done());
      for (const { method, path, handler } of routes) {
        scope[method](path, async (request, reply) => {
          reply.hijack();
          await handler(request.raw, reply.raw);
        });
      }
    });
    return;
  }
  if (isRestify(server)) {
    for (const { method, path, handler } of routes) {
      // Every version of restify accepts a handler with three parameters that reports when it is done.
      server[method](path, (request, response, next) => {
        void handler(request, response).then(() => next(false));
      });
    }
    return;
  }
  if (!isExpress(server)) {
    throw new CodedError('config.invalid', 'routes(server): the library of the server is not known.', {
      hint: 'Pass a server of restify 8 to 12, express 4 or 5, fastify or Hono, or use `fetch(request)`.',
    });
  }
  for (const { method, path, handler } of routes) server[method](path, handler);
}

/** Answers a `Request` by its route; undefined when there is none. */
export async function fetchRoute(routes: readonly Route[], request: Request): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const method = request.method.toLowerCase();
  const route = routes.find((one) => one.method === method && fits(one.path, pathname));
  return route === undefined ? undefined : answerFetch(route.handler, request);
}

/** Says whether a path belongs to a route; a slash at its end is ignored. */
function fits(route: string, path: string): boolean {
  const wanted = route.split('/');
  const given = path.replace(/\/$/, '').split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]))
  );
}

/** A response that is collected until it ends. */
class KeptAnswer extends EventEmitter implements Outgoing {
  statusCode = 200;
  headersSent = false;
  readonly #headers = new Headers();
  readonly #ended = Promise.withResolvers<Response>();

  get response(): Promise<Response> {
    return this.#ended.promise;
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  end(body?: string | Buffer): void {
    this.headersSent = true;
    const { statusCode: status } = this;
    this.#ended.resolve(new Response(body ?? null, { status, headers: this.#headers }));
    this.emit('finish');
  }
}

async function answerFetch(handler: Handler, request: Request): Promise<Response> {
  const body = request.body === null ? Readable.from([]) : Readable.from(chunksOf(request.body));
  const incoming = Object.assign(body, { headers: Object.fromEntries(request.headers), url: request.url });
  const answer = new KeptAnswer();
  await handler(incoming, answer);
  return answer.response;
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield Buffer.from(chunk);
}

function has(server: unknown, ...methods: string[]): boolean {
  if ((typeof server !== 'object' && typeof server !== 'function') || server === null) return false;
  return methods.every((name) => typeof Reflect.get(server, name) === 'function');
}

function isHono(server: unknown): server is Mount<HonoHandler> {
  return has(server, 'get', 'post', 'fetch', 'request');
}

function isFastify(server: unknown): server is Fastify {
  return has(server, 'get', 'post', 'register', 'inject');
}

function isRestify(server: unknown): server is Mount<RestifyHandler> {
  return typeof server === 'object' && has(server, 'get', 'post', 'pre', 'use', 'listen');
}

function isExpress(server: unknown): server is Mount<Handler> {
  return has(server, 'get', 'post', 'use') && typeof server === 'function';
}

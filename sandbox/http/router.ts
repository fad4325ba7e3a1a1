import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, createErrorBody } from './apiError.ts';
import { Call, type Outcome } from './call.ts';

/** What a route does with a call: it answers, or throws an ApiError that is answered for it. */
export type Handler = (call: Call) => void | Promise<void>;

interface Route {
  name: string;
  parts: readonly string[];
  handler: Handler;
}

const methods = ['GET', 'POST', 'PUT', 'DELETE'];

/** Routes by method and path; `{name}` in a path stands for one part of it. */
export class Router {
  readonly #fixed = new Map<string, Route>();
  readonly #variable: Route[] = [];
  readonly #counted: (route: string, outcome: Outcome) => void;

  constructor(counted: (route: string, outcome: Outcome) => void) {
    this.#counted = counted;
  }

  on(method: string, path: string, handler: Handler): void {
    const route = { name: `${method} ${path}`, parts: [method, ...path.split('/').slice(1)], handler };
    if (path.includes('{')) this.#variable.push(route);
    else this.#fixed.set(route.name, route);
  }

  /** The listener for `http.createServer`. */
  readonly listener = (req: IncomingMessage, res: ServerResponse): void => {
    const { path, search } = targetOf(req.url);
    // Node writes no body to a HEAD, so that it is a GET.
    const name = `${req.method === 'HEAD' ? 'GET' : req.method} ${path}`;
    const fixed = this.#fixed.get(name);
    const found = fixed ? { route: fixed, params: [] } : this.#match(name);
    const call = new Call(
      req,
      res,
      { name: found?.route.name ?? 'unknown path', params: found?.params ?? [], search },
      this.#counted,
    );
    void this.#run(call, found?.route.handler, path);
  };

  async #run(call: Call, handler: Handler | undefined, path: string): Promise<void> {
    try {
      const refusal = refuseForeign(call.req);
      if (refusal !== undefined) throw refusal;
      if (!handler) throw this.#unknown(path);
      await handler(call);
    } catch (error) {
      if (call.res.headersSent || call.res.destroyed) return;
      const refusal =
        error instanceof ApiError ? error : new ApiError(500, 'internal.server.error', String(error));
      Object.assign(call.headers, refusal.headers);
      call.answer(refusal.status, createErrorBody(refusal, call.correlationId));
    }
  }

  #unknown(path: string): ApiError {
    const allowed = methods.filter((method) => {
      const name = `${method} ${path}`;
      return this.#fixed.has(name) || this.#match(name) !== undefined;
    });
    if (allowed.length === 0) return new ApiError(404, 'not.found', 'The path does not exist');
    const headers = { Allow: allowed.join(', ') };
    return new ApiError(405, 'method.not.allowed', 'The path does not support this method', { headers });
  }

  #match(name: string): { route: Route; params: string[] } | undefined {
    const parts = name.replace(' ', '').split('/');
    parts[0] = name.slice(0, name.indexOf(' '));
    for (const route of this.#variable) {
      if (route.parts.length !== parts.length) continue;
      const params: string[] = [];
      const fits = route.parts.every((wanted, at) => {
        const given = parts[at] ?? '';
        if (!wanted.startsWith('{')) return wanted === given;
        params.push(decodeSegment(given));
        return given !== '';
      });
      if (fits) return { route, params };
    }
    return undefined;
  }
}

/**
 * The path and the query of a request. A proxy may send a scheme and a host before them, and a base address with a slash
 * at its end makes two of them.
 */
function targetOf(url = '/'): { path: string; search: string } {
  const [target = ''] = url.replace(/^https?:\/\/[^/?]*/i, '').split('#', 1);
  const mark = target.indexOf('?');
  const given = mark === -1 ? target : target.slice(0, mark);
  const path = given.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  return { path: path === '' ? '/' : path, search: mark === -1 ? '' : target.slice(mark + 1) };
}

function decodeSegment(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * The refusal of what a page of another site sends, in a browser on this machine: such a page must neither read nor drive the
 * sandbox. It shows by `Origin`, or by a `Host` that is not this machine's although the connection is (DNS rebinding).
 */
export function refuseForeign({ headers: { origin, host }, socket }: IncomingMessage): ApiError | undefined {
  if (host !== undefined && isLoopbackAddress(socket.localAddress) && !isLoopbackName(host))
    return new ApiError(403, 'host.not.allowed', 'The sandbox answers only to names of this machine');
  // Genesys' mobile clients send a bare host name; a browser's origin has a scheme or is "null".
  const isBrowsers = origin !== undefined && (origin === 'null' || origin.includes('://'));
  if (isBrowsers && !isOriginOf(origin, host))
    return new ApiError(403, 'origin.not.allowed', 'Pages of other origins are refused');
  return undefined;
}

/** A gateway may leave out the port of its `Host`, which no browser does; the names are the same all the same. */
function isOriginOf(origin: string, host = ''): boolean {
  const page = URL.parse(origin);
  if (page === null || !/^https?:$/.test(page.protocol)) return false;
  return [page.host, page.hostname].includes(host.toLowerCase());
}

function isLoopbackAddress(address = ''): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

function isLoopbackName(host: string): boolean {
  const hostname = URL.parse(`http://${host}`)?.hostname ?? '';
  return /^(127(\.\d{1,3}){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, readBytes, readJson } from './requestBody.ts';

/** What becomes of a call: the HTTP status, or `reset` when the connection was cut instead. */
export type Outcome = number | 'reset';

/** One HTTP request on its way to its answer. */
export class Call {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly route: string;
  /** The variable parts of the path, decoded, in the order of the route. */
  readonly params: readonly string[];
  readonly correlationId: string = randomUUID();
  /** Headers that go out with whatever the answer will be. */
  readonly headers: Record<string, string> = {};
  readonly #search: string;
  readonly #counted: (route: string, outcome: Outcome) => void;

  constructor(
    req: IncomingMessage,
    res: ServerResponse,
    route: { name: string; params: readonly string[]; search: string },
    counted: (route: string, outcome: Outcome) => void,
  ) {
    this.req = req;
    this.res = res;
    this.route = route.name;
    this.params = route.params;
    this.#search = route.search;
    this.#counted = counted;
    this.headers['ININ-Correlation-Id'] = this.correlationId;
  }

  /** A variable part of the path; the routes say how many there are. */
  param(index: number): string {
    return this.params[index] ?? '';
  }

  query(name: string): string | undefined {
    if (this.#search === '') return undefined;
    return new URLSearchParams(this.#search).get(name) ?? undefined;
  }

  json(limit: number): Promise<unknown> {
    return readJson(this.req, limit);
  }

  bytes(limit: number): Promise<Buffer> {
    return readBytes(this.req, limit);
  }

  text(limit: number): Promise<string> {
    return readBody(this.req, limit);
  }

  /** Answers with a JSON body, or with none when `body` is undefined. */
  answer(status: number, body?: unknown): void {
    this.send(status, body === undefined ? '' : JSON.stringify(body), 'application/json');
  }

  send(status: number, body: string | Buffer, contentType: string): void {
    this.#counted(this.route, status);
    this.headers['Content-Length'] = String(Buffer.byteLength(body));
    if (body.length > 0) this.headers['Content-Type'] = contentType;
    this.res.writeHead(status, this.headers);
    this.res.end(body);
  }

  /** Cuts the connection without an answer. */
  reset(): void {
    this.#counted(this.route, 'reset');
    this.req.socket.destroy();
  }
}

import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { setImmediate } from 'node:timers/promises';
import fetch, { FetchError } from 'node-fetch';
import { type SetTimer, setTimer } from './clock.ts';

/** One request to Genesys or to a webhook. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Total time for the request and its answer, in milliseconds. */
  timeoutMs: number;
}

/**
 * The result of a request: an answer of any status, or whether the server can have seen the request.
 * `notSent`: the connection was never ready (connected, and secure where it is TLS), or it took only a part of the request.
 * `noAnswer`: the request may have left, and the server may have acted on it.
 */
export type HttpResult =
  | {
      kind: 'answer';
      status: number;
      headers: { get(name: string): string | null };
      /** The body, cut off beyond 64 KiB. */
      body: string;
      /** True when the body broke off, was too large or did not end in time: the status still counts. */
      broken: boolean;
    }
  | { kind: 'notSent'; cause: unknown }
  /** `isReused`: the connection had served a request before, so the server may have been closing it. */
  | { kind: 'noAnswer'; cause: unknown; isReused?: boolean };

/** Sends one request; never throws, never follows a redirect. */
export type Http = (request: HttpRequest) => Promise<HttpResult>;

/** An HTTP client with connections of its own. */
export interface HttpClient {
  request: Http;
  /** Closes idle and busy connections. */
  close(): void;
}

/** Bytes of an answer that are read; a Genesys error body is below 2 KB. */
const maxAnswerBytes = 64 * 1024;

/** Time limit of a connection in milliseconds: name, TCP and TLS together. */
const connectLimitMs = 3_000;

/** An unused connection is closed after this long in milliseconds, or earlier where the server's `Keep-Alive` says so. */
const idleLimitMs = 15_000;

/** The connections of a client. */
export interface Agents {
  /** Returns the agent for an address. */
  of(url: URL): HttpAgent;
  /** Closes idle and busy connections. */
  close(): void;
}

/** Creates agents that keep connections, at most `maxSockets` (default 64) a host; they are direct unless `proxyEnv` names proxies. */
export function createAgents(options: AgentOptions = {}): Agents {
  // With `timeout` Node closes idle connections, and reads the server's hint; a request under way is not ended by it.
  const kept: AgentOptions = {
    maxSockets: 64,
    keepAlive: true,
    scheduling: 'lifo',
    timeout: idleLimitMs,
    ...options,
  };
  const http = new HttpAgent(kept);
  const https = new HttpsAgent(kept);
  return {
    of: (url) => (url.protocol === 'https:' ? https : http),
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

/** Options of an HTTP client. */
interface HttpClientOptions {
  /** Connections a host; default 64. Beyond about 256 requests in flight node-fetch gets slower and its memory doubles. */
  maxSockets?: number;
  /** Default: direct connections. */
  agents?: Agents;
  /** Time limit of a connection, in milliseconds; default 3,000. */
  connectMs?: number;
  /** Calls back after some milliseconds; default `setTimeout`. */
  after?: SetTimer;
}

/** Creates an HTTP client on node-fetch with kept connections. */
export function createHttpClient({
  maxSockets = 64,
  agents = createAgents({ maxSockets }),
  connectMs = connectLimitMs,
  after = setTimer,
}: HttpClientOptions = {}): HttpClient {
  const request: Http = async ({ method, url, headers, body, timeoutMs }) => {
    const limit = new AbortController();
    const total = startTimerAfterReading(after, timeoutMs, () => limit.abort());
    const progress: Progress = { canHaveLeft: false, isReused: false, connect: undefined };
    const startConnect = () => startTimerAfterReading(after, connectMs, () => limit.abort());
    try {
      // A kept connection that its server has closed meanwhile must not get the request.
      await haveRead();
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        size: maxAnswerBytes,
        agent: (target) =>
          watchAgent(agents.of(target), (sent) => watchProgress(sent, progress, startConnect)),
        signal: limit.signal,
        ...(body === undefined ? {} : { body }),
      });
      const { status } = response;
      try {
        return {
          kind: 'answer',
          status,
          headers: response.headers,
          body: await response.text(),
          broken: false,
        };
      } catch {
        return { kind: 'answer', status, headers: response.headers, body: '', broken: true };
      }
    } catch (cause) {
      const { canHaveLeft, isReused } = progress;
      return canHaveLeft && !isWriteFailure(cause)
        ? { kind: 'noAnswer', cause, isReused }
        : { kind: 'notSent', cause };
    } finally {
      total.cancel();
      progress.connect?.cancel();
    }
  };
  return { request, close: agents.close };
}

/** The progress of a request. */
interface Progress {
  canHaveLeft: boolean;
  isReused: boolean;
  /** The limit of its connection, while it has one. */
  connect: { cancel(): void } | undefined;
}

/** Follows a request: it can have left from the moment its connection is ready, and Node writes nothing before. */
function watchProgress(
  sent: ClientRequest,
  progress: Progress,
  startConnect: () => { cancel(): void },
): void {
  sent.once('socket', (socket) => {
    const onReady = () => {
      progress.canHaveLeft = true;
      progress.connect?.cancel();
    };
    // A socket that fails at once, such as one without a descriptor, has ended before its request has it.
    if (socket.destroyed && !sent.reusedSocket) return;
    progress.isReused = sent.reusedSocket;
    // TLSSocket has this property, and Node's types have not.
    const isSecuring = 'secureConnecting' in socket && socket.secureConnecting === true;
    if (!socket.connecting && !isSecuring) return onReady();
    progress.connect = startConnect();
    // Before the listener that writes the request.
    socket.prependOnceListener(isSecuring ? 'secureConnect' : 'connect', onReady);
  });
}

/** Returns an agent that calls `watch` with its request before the request has a connection. */
function watchAgent(agent: HttpAgent, watch: (sent: ClientRequest) => void): HttpAgent {
  // Every agent has this method, for `http.request` calls it; Node's types leave it out.
  const { addRequest } = agent as HttpAgent & { addRequest: (sent: ClientRequest, options: object) => void };
  return Object.assign(Object.create(agent), {
    addRequest: (sent: ClientRequest, options: object) => {
      watch(sent);
      addRequest.call(agent, sent, options);
    },
  });
}

/** Whether the system took only a part of the request: no server acts on half a request. */
function isWriteFailure(cause: unknown): boolean {
  // FetchError has this property of a system error, and its types have not.
  return cause instanceof FetchError && 'erroredSysCall' in cause && cause.erroredSysCall === 'write';
}

/**
 * Calls back after some milliseconds, but first reads the data that has arrived: after a pause of the process (SIGSTOP, a machine
 * that was moved) the timer is due and the answer lies in the socket.
 */
function startTimerAfterReading(after: SetTimer, ms: number, callback: () => void): { cancel(): void } {
  let isCancelled = false;
  const timer = after(ms, () => void haveRead().then(() => isCancelled || callback()));
  return {
    cancel: () => {
      isCancelled = true;
      timer.cancel();
    },
  };
}

/** Resolves when arrived data is read: connections are read between two turns of the event loop. */
async function haveRead(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

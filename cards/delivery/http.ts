import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import fetch, { FetchError } from 'node-fetch';

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
 * What came of a request: an answer of whatever status, or the knowledge whether the server can have seen it.
 * `notSent`: no connection came about. `noAnswer`: it may have been taken.
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
  | { kind: 'noAnswer'; cause: unknown };

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

/** Codes of errors that come before anything is sent. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'EPROTO',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * Makes an HTTP client on node-fetch with kept-alive connections, at most `maxSockets` (default 64) a host: beyond about
 * 256 requests in flight node-fetch gets slower and its memory doubles.
 */
export function createHttpClient({ maxSockets = 64 }: { maxSockets?: number } = {}): HttpClient {
  const options = { keepAlive: true, maxSockets, scheduling: 'lifo' } as const;
  const http = new HttpAgent(options);
  const https = new HttpsAgent(options);

  const request: Http = async ({ method, url, headers, body, timeoutMs }) => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        size: maxAnswerBytes,
        agent: (target) => (target.protocol === 'https:' ? https : http),
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
      return { kind: isBeforeSending(cause) ? 'notSent' : 'noAnswer', cause };
    } finally {
      clearTimeout(timer);
    }
  };
  const close = () => {
    http.destroy();
    https.destroy();
  };
  return { request, close };
}

function isBeforeSending(error: unknown): boolean {
  return error instanceof FetchError && error.code !== undefined && beforeSending.has(error.code);
}

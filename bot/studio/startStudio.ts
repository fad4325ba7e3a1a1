import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { anyPublicHost, type UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { createSecretFinder } from '../http/callers.ts';
import { listenOn } from '../http/listenOn.ts';
import { RefusedRequest, refusalOf } from '../http/requests.ts';
import { type Messenger, startMessenger } from './messenger.ts';
import { createStudioRoutes } from './studioRoutes.ts';
import { TemplateFolders } from './templateFolders.ts';
import { listWebFiles } from './webFiles.ts';

/** How to start the Studio. */
interface StudioOptions {
  /** Folders of template files, the only ones that are read and written. */
  dirs: readonly string[];
  /** Port on 127.0.0.1; 0 takes any free one. */
  port: number;
  /** Where links and pictures may lead; default: any public https host. */
  policy?: UrlPolicy;
  /** The token that a caller must send; default: 32 random bytes. */
  token?: string;
  /** Receives the errors of this program; callers do not. */
  report(error: unknown): void;
}

/** A running Studio. */
export interface Studio {
  /** Base address, without the token. */
  readonly url: string;
  /** The address to open in a browser; its token opens the Studio. */
  readonly address: string;
  close(): Promise<void>;
}

const common = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/**
 * Starts the card authors' Studio on this machine.
 *
 * @throws CodedError `file.unreadable` when a folder does not exist, `config.invalid` when the port cannot be used
 */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const {
    dirs,
    port,
    policy = anyPublicHost,
    token = randomBytes(32).toString('base64url'),
    report,
  } = options;
  let started: Promise<Messenger> | undefined;
  const messenger = () => {
    started ??= startMessenger(report);
    return started;
  };
  const routes = createStudioRoutes({ folders: new TemplateFolders(dirs), policy, messenger });
  const { files, imports } = listWebFiles();
  const check = createGuard(token);
  let url = '';

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    check(request, new URL(url).port);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (request.method === 'GET' && path === '/') return sendPage(response, imports);
    const file = request.method === 'GET' ? files.get(path) : undefined;
    if (file !== undefined) return send(response, 200, await readFile(file.path), file.type);
    const route = routes.get(`${request.method} ${path}`);
    if (route === undefined) throw new RefusedRequest(404, 'There is no such address.');
    send(response, 200, JSON.stringify(await route(request)), 'application/json');
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => sendProblem(response, refusalOf(error, report)));
  });
  server.requestTimeout = 30_000;
  url = await listenOn(server, { host: '127.0.0.1', port }, '--port');
  return {
    url,
    // A browser sends the part after the # to no server and no other page.
    address: `${url}/#token=${token}`,
    async close() {
      await (await started)?.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

const pageFile = join(import.meta.dirname, 'web', 'studio.html');

/** Sends the page. A nonce allows its import map and the styles of the editor. */
async function sendPage(response: ServerResponse, imports: Readonly<Record<string, string>>): Promise<void> {
  const nonce = randomBytes(16).toString('base64');
  const html = (await readFile(pageFile, 'utf8'))
    .replaceAll('{{nonce}}', nonce)
    .replace('{ "imports": {} }', JSON.stringify({ imports }));
  response.setHeader(
    'Content-Security-Policy',
    [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' https: data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  );
  send(response, 200, html, 'text/html; charset=utf-8');
}

function send(response: ServerResponse, status: number, body: string | Buffer, type: string): void {
  response.writeHead(status, { ...common, 'Content-Type': type });
  response.end(body);
}

function sendProblem(response: ServerResponse, { status, code, message, details }: RefusedRequest): void {
  if (response.headersSent) return void response.destroy();
  const body = JSON.stringify({ status, code, detail: message, path: details.path, hint: details.hint });
  send(response, status, body, 'application/problem+json');
}

/**
 * Makes the check of every request to the Studio.
 *
 * @throws RefusedRequest, from the check
 */
function createGuard(token: string): (request: IncomingMessage, port: string) => void {
  const findToken = createSecretFinder([token]);
  return ({ url = '/', headers }, port) => {
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
    const { host, origin, authorization = '', 'sec-fetch-site': site } = headers;
    // A page from elsewhere can make its own name lead here (DNS rebinding), which `Host` shows.
    if (host === undefined || !hosts.includes(host))
      throw new RefusedRequest(403, 'The Studio answers only to names of this machine.');
    if (!url.startsWith('/api/')) return;
    if (
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none')
    )
      throw new RefusedRequest(403, 'Pages of other addresses may not call the Studio.');
    const [, given = ''] = /^Bearer (.+)$/i.exec(authorization) ?? [];
    if (findToken(given) === undefined)
      throw new RefusedRequest(401, 'Open the address that the Studio printed when it started.');
  };
}

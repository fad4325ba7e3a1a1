import type { IncomingMessage, Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { routes } from '../conversations/conversations.ts';
import { localeOf } from '../conversations/locale.ts';
import { refuseForeign } from '../http/router.ts';
import { logoutFrame } from './frames.ts';
import { GuestConnection, type GuestServer } from './guestConnection.ts';

const mostFrameBytes = 64 * 1024;

/** Says whether a request asks for the guests' WebSocket. */
export function isGuestSocket({ headers, url = '/' }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && /^\/v1(?:\?|$)/.test(url);
}

/**
 * Serves the Web Messaging guest protocol at `/v1?deploymentId=…`; the sandbox's own query `route=guest|v1|v2` says how
 * new conversations reach the bot, `typing=true` and `sandbox=true` ask for what `Extras` names. Returns what closes every socket.
 */
export function serveGuestSockets(server: Server, parts: Omit<GuestServer, 'sessions'>): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostFrameBytes });
  const shared: GuestServer = { ...parts, sessions: new Map() };
  parts.signIn.onSignOut = (customerId) => {
    for (const [token, session] of shared.sessions) {
      if (session.customerId !== customerId) continue;
      session.broadcast(logoutFrame);
      shared.sessions.delete(token);
    }
  };
  server.on('upgrade', (req, socket, head) => {
    const refuse = (status: string) => void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    socket.on('error', () => socket.destroy());
    const url = URL.parse(req.url ?? '/', 'http://sandbox');
    if (refuseForeign(req) !== undefined) return refuse('403 Forbidden');
    if (!url?.searchParams.get('deploymentId')) return refuse('400 Bad Request');
    const route = routes.find((name) => name === url.searchParams.get('route'));
    sockets.handleUpgrade(
      req,
      socket,
      head,
      (opened) =>
        new GuestConnection(shared, opened, {
          route: route ?? 'guest',
          locale: localeOf(req.headers['accept-language']),
          base: `http://${req.headers.host}`,
          extras: {
            typing: url.searchParams.get('typing') === 'true',
            sandbox: url.searchParams.get('sandbox') === 'true',
          },
        }),
    );
  });
  return () => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}

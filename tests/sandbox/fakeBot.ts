import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the bot received. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came
  body: any;
}

/** What the bot answers: a status and a JSON body, a text body, or `hang` to never answer. */
export type Answer = { status?: number; json?: unknown; text?: string; location?: string } | 'hang';

/** A bot made of one function. */
export interface FakeBot {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/** Starts a bot on any port of the loopback that answers every request by `answer`; default an empty 200. */
export async function startFakeBot(
  answer: (request: Received) => Answer | undefined | Promise<Answer | undefined> = () => ({}),
): Promise<FakeBot> {
  const received: Received[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const request = {
      method: req.method ?? '',
      path: req.url ?? '',
      headers: req.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    received.push(request);
    const given = (await answer(request)) ?? {};
    if (given === 'hang') return;
    const body = given.text ?? (given.json === undefined ? '' : JSON.stringify(given.json));
    const location = given.location === undefined ? {} : { location: given.location };
    res.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...location });
    res.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

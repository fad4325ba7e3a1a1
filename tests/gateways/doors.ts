import { createHttpServer } from '../../bot/http/httpServer.ts';
import { createLog } from '../../bot/log/log.ts';
import { startTestSandbox } from '../sandbox/client.ts';

/** A request and what it is answered, whoever sends it. */
export interface Case {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly body: string;
  readonly status: number;
}

/** The doors of the bot and of the sandbox, on free ports. */
export interface RunningDoors {
  readonly bot: string;
  readonly sandbox: string;
  readonly cases: readonly Case[];
  close(): Promise<void>;
}

/** Starts both. */
export async function startDoors(): Promise<RunningDoors> {
  const sandbox = await startTestSandbox();
  const server = createHttpServer(
    { messages: async (body, _, response) => void response.send(200, { body }), isReady: async () => true },
    createLog('silent'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bot = `http://127.0.0.1:${server.address().port}`;
  const get = (url: string, status: number) =>
    (['GET', 'HEAD'] as const).map((method) => ({ method, url, body: '', status }));
  return {
    bot,
    sandbox: sandbox.url,
    cases: [
      ...[`${bot}/healthz`, `${bot}/readyz`, `${sandbox.url}/`, `${sandbox.url}/sandbox/stats`].flatMap(
        (url) => get(url, 200),
      ),
      ...[`${bot}/nowhere`, `${sandbox.url}/nowhere`].flatMap((url) => get(url, 404)),
      { method: 'POST', url: `${bot}/api/messages`, body: '{"text":"hello"}', status: 200 },
      { method: 'POST', url: `${sandbox.url}/sandbox/conversations`, body: '{}', status: 200 },
    ],
    close: async () => {
      server.close();
      server.server.closeAllConnections();
      await sandbox.close();
    },
  };
}

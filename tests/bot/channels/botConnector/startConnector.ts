import type { TestContext } from 'node:test';
import { ConversationState, MemoryStorage } from 'botbuilder';
import type {
  BotConnector,
  BotConnectorOptions,
  TurnLogic,
} from '../../../../bot/channels/botConnector/botbuilder.ts';
import { createBotConnector } from '../../../../bot/channels/botConnector/botbuilder.ts';
import type { AnsweredRequest } from '../../../../bot/channels/botConnector/session/events.ts';
import { createHttpServer } from '../../../../bot/http/httpServer.ts';
import { createLog } from '../../../../bot/log/log.ts';
import { CardBot } from '../../../../bot/turns/cardBot.ts';
import { CardMiddleware } from '../../../../bot/turns/cardMiddleware.ts';
import { tellOutcome } from '../../../../bot/turns/turnState.ts';
import type { Change } from '../../../../cards/checks/checkedCard.ts';
import { createMainDialog } from '../../../../dialogs/createDialogs.ts';
import { ownRegistry } from '../../../fakes/templates.ts';

/** The secret that the connector of the tests accepts. */
export const secret = 'a-secret-of-the-tests-0123';

/** A connector that listens, with what it told. */
export interface RunningConnector {
  url: string;
  connector: BotConnector;
  answered: AnsweredRequest[];
  changes: Change[];
  failures: unknown[];
  refused: { status: number; code: string }[];
}

const registry = ownRegistry();

/** Our own bot's turn handler, with its dialogs on a fixed day. */
export function ownLogic(): TurnLogic {
  let id = 0;
  const today = new Date('2026-11-23T10:00:00Z');
  const dialog = createMainDialog({ now: () => today, newId: () => `id-${++id}` });
  const conversationState = new ConversationState(new MemoryStorage());
  const bot = new CardBot({ dialog, conversationState, onOutcome: tellOutcome });
  return (context) => bot.run(context);
}

/** Starts a connector on a free port of this machine, until the test ends; default: our own bot. */
export async function startConnector(
  t: TestContext,
  options: Partial<BotConnectorOptions> = {},
): Promise<RunningConnector> {
  const answered: AnsweredRequest[] = [];
  const changes: Change[] = [];
  const failures: unknown[] = [];
  const refused: { status: number; code: string }[] = [];
  const connector = createBotConnector({
    secrets: [secret],
    storage: new MemoryStorage(),
    // Most bots of the tests are one function that answers whatever comes.
    welcome: false,
    events: {
      onAnswered: (event) => answered.push(event),
      onDegraded: (_, more) => changes.push(...more),
      onFailed: (_, error) => failures.push(error),
      onRefused: ({ status, code }) => refused.push({ status, code }),
    },
    ...options,
    logic: options.logic ?? ownLogic(),
  });
  connector.adapter.use(new CardMiddleware({ registry }));
  const server = createHttpServer(
    { messages: async () => {}, isReady: async () => true, more: (target) => connector.routes(target) },
    createLog('silent'),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(async () => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.server.closeAllConnections();
    await closed;
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, connector, answered, changes, failures, refused };
}

/** What a test says; the session is the one of the test unless it names another. */
export interface Saying {
  text?: string;
  /** A click: its payload. */
  payload?: string;
  sessionId?: string;
  messageId?: string;
  correlationId?: string;
  more?: Record<string, unknown>;
}

let messages = 0;

/** The body of either action's call, as it was seen on the wire. */
export function requestBody(
  route: 'v1' | 'v2',
  { text = '', payload, sessionId, messageId, more }: Saying,
): object {
  const inputMessage =
    payload === undefined
      ? { type: 'Text', text }
      : {
          type: 'Structured',
          text,
          content: [{ contentType: 'ButtonResponse', buttonResponse: { type: 'Button', text, payload } }],
        };
  const common = {
    botVersion: '1.0',
    botSessionId: sessionId ?? '72fea332-dde8-43cd-a10b-adfb742cfb17',
    inputMessage,
    languageCode: 'en-us',
    genesysConversationId: '8c562a4d-c68c-4a8f-8d4d-6bc3e3cf3f27',
    parameters: { customerTier: 'gold' },
  };
  if (route === 'v1') {
    const chatBot = { id: 'card-bot', name: 'Card Bot' };
    return { botId: 'Card Bot', ...common, botSessionTimeout: 4320, chatBot, ...more };
  }
  messages += 1;
  return {
    botId: 'card-bot',
    ...common,
    messageId: messageId ?? `message-${messages}`,
    botSessionTimeout: 60,
    ...more,
  };
}

/** Calls the connector as Architect does. */
export async function call(url: string, route: 'v1' | 'v2', saying: Saying) {
  return post(`${url}/api/genesys/${route}/messages`, JSON.stringify(requestBody(route, saying)), {
    authorization: `Bearer ${secret}`,
    ...(saying.correlationId === undefined ? {} : { 'ININ-Correlation-Id': saying.correlationId }),
  });
}

/** Posts a JSON text. */
export async function post(url: string, body: string, headers: Record<string, string>) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

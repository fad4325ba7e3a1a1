import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import { formatGuestMessage } from '../../cards/formats/allFormats.ts';
import { formatGenesysMessage } from '../../cards/formats/genesysMessage.ts';
import { createAnswer } from '../authoring/exportCard.ts';
import { createSecretFinder } from '../http/callers.ts';
import { listenOn } from '../http/listenOn.ts';
import { readJsonBody } from '../http/requests.ts';
import { startSandbox } from '../process/sandbox.ts';

/** The routes on which a card can reach the customer. */
export const messengerRoutes = ['guest', 'v1', 'v2'] as const;
type MessengerRoute = (typeof messengerRoutes)[number];

/** A Messenger on this machine, in which an author sees a card as a customer does. */
export interface Messenger {
  /** Returns the address of a new conversation that begins with these words; the bot answers them with the cards. */
  show(words: string, compose: () => readonly CheckedCard[], route: MessengerRoute): string;
  close(): Promise<void>;
}

const activitySchema = z.object({
  text: z.string(),
  value: z.object({ payload: z.string() }).optional(),
  conversation: z.object({ id: z.string() }),
});
const utteranceSchema = z.object({
  inputMessage: z.object({
    text: z.string(),
    content: z.array(z.object({ buttonResponse: z.object({ payload: z.string() }).optional() })).default([]),
  }),
});
const mostCards = 100;

/** Starts the sandbox and a bot that answers with the chosen cards, and with the payload of a clicked button. */
export async function startMessenger(report: (error: unknown) => void): Promise<Messenger> {
  const [clientSecret, connectorSecret, gatewaySecret] = [makeSecret(), makeSecret(), makeSecret()];
  const sandbox = await startSandbox({
    port: 0,
    clientId: 'studio',
    clientSecret,
    connectorSecret,
    gatewaySecret,
  });
  const cardsOf = new Map<string, () => readonly CheckedCard[]>();
  const findCaller = createSecretFinder([gatewaySecret, connectorSecret].map((one) => `Bearer ${one}`));
  const record = { turns: 0 };

  const post = (path: string, authorization: string, body: object | URLSearchParams) =>
    fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      headers: {
        authorization,
        ...(body instanceof URLSearchParams ? {} : { 'content-type': 'application/json' }),
      },
      body: body instanceof URLSearchParams ? body : JSON.stringify(body),
    });

  /** On the guest route the bot posts cards to the conversation. */
  const answerGuest = async (body: unknown): Promise<object> => {
    const { text, value, conversation } = activitySchema.parse(body);
    const cards = value === undefined ? cardsOf.get(text)?.() : undefined;
    if (cards === undefined) {
      const path = `/v3/conversations/${encodeURIComponent(conversation.id)}/activities`;
      await post(path, '', { type: 'message', text: writeReceipt(value?.payload ?? text) });
      return {};
    }
    const basic = `Basic ${Buffer.from(`studio:${clientSecret}`).toString('base64')}`;
    const grant = new URLSearchParams({ grant_type: 'client_credentials', scope: 'webchat:guest:write' });
    const granted = await post('/oauth/token', basic, grant);
    const { access_token: token } = z.object({ access_token: z.string() }).parse(await granted.json());
    for (const card of cards)
      await post('/api/v2/guest/conversations/webchat/messages', `Bearer ${token}`, {
        conversationId: conversation.id,
        message: formatGuestMessage(card),
      });
    return {};
  };

  /** On both connectors the cards are in the bot's answer. */
  const answerConnector = (form: 'v1' | 'v2', body: unknown): object => {
    const { text, content } = utteranceSchema.parse(body).inputMessage;
    const payload = content.find((one) => one.buttonResponse)?.buttonResponse?.payload;
    const cards = payload === undefined ? cardsOf.get(text)?.() : undefined;
    const messages = cards?.flatMap((card) => formatGenesysMessage(card).messages);
    return createAnswer(form, messages ?? [{ type: 'Text', text: writeReceipt(payload ?? text) }], record);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (findCaller(request.headers.authorization ?? '') === undefined) return end(response, 401, {});
    if (request.method !== 'POST') return end(response, 404, {});
    const body = await readJsonBody(request);
    if (request.url === '/api/messages') return end(response, 200, await answerGuest(body));
    end(response, 200, answerConnector(request.url === '/api/genesys/v1/messages' ? 'v1' : 'v2', body));
  };
  const bot = createServer((request, response) => {
    answer(request, response).catch((error) => {
      report(error);
      end(response, 500, {});
    });
  });
  sandbox.setBotUrl(await listenOn(bot, { host: '127.0.0.1', port: 0 }));

  return {
    show(words, compose, route) {
      cardsOf.delete(words);
      cardsOf.set(words, compose);
      const [oldest] = cardsOf.keys();
      if (cardsOf.size > mostCards && oldest !== undefined) cardsOf.delete(oldest);
      return `${sandbox.url}/?${new URLSearchParams({ route, say: words })}`;
    },
    async close() {
      await sandbox.close();
      bot.close();
      bot.closeAllConnections();
    },
  };
}

const makeSecret = (): string => randomBytes(24).toString('hex');
const writeReceipt = (sent: string): string => `The bot received: ${sent}`;

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

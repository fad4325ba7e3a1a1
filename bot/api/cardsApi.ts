import { createHash } from 'node:crypto';
import type { Next, Request, Response, Server } from 'restify';
import { idPattern } from '../../cards/card.ts';
import { CardOrders, type CardOrdersOptions, readCardOrder } from '../../cards/delivery/cardOrder.ts';
import type { Outbox } from '../../cards/delivery/outbox.ts';
import { type CallersOptions, createCallerCheck, MessageLimit } from '../http/callers.ts';
import { answerProblems, RefusedRequest, readJsonBody, sendProblem } from '../http/requests.ts';
import type { Log } from '../log/log.ts';
import { makeOperationId } from '../telemetry/operation.ts';

/** Options of the cards API. */
interface CardsApiOptions extends CallersOptions, Omit<CardOrdersOptions, 'outbox'> {
  /** Undefined when no Genesys is configured: then every card is refused. */
  outbox: Outbox | undefined;
  log: Log;
  /** Requests of one caller in a minute, and at once after a rest; default 1,000. */
  perMinute?: number;
}

/** How long an answer may wait for an outcome, in milliseconds: an HTTP client gives up after 30 s or more. */
const longestWaitMs = 25_000;

/** Adds `POST /api/cards` and `GET /api/cards/{messageId}` to a server. */
export function addCardsApi(
  server: Server,
  { outbox, log, perMinute = 1_000, ...options }: CardsApiOptions,
): void {
  const check = createCallerCheck(options);
  const limit = new MessageLimit({ perMinute });
  const orders = outbox === undefined ? undefined : new CardOrders({ ...options, outbox });

  /** Checks the credential and the limit of the caller, and turns errors into problem documents. */
  const guarded = (handle: (request: Request, response: Response) => Promise<void>) =>
    answerProblems(
      log,
      async (request, response) => {
        const caller = await check(request.headers);
        if (caller === 401) throw new RefusedRequest(401, 'The bearer credential is missing or wrong.');
        if (caller === 403)
          throw new RefusedRequest(403, 'No caller is allowed: CARDS_API_SECRETS is not set.');
        if (!limit.take(caller.name))
          throw new RefusedRequest(429, 'Too many requests with this credential.', { retryAfter: 1 });
        await handle(request, response);
      },
      ({ status, code, details }) =>
        log.warn({ event: 'cardsApi.refused', status, code, path: details.path }, 'Card order refused'),
    );

  server.post(
    '/api/cards',
    guarded(async (request, response) => {
      const waitMs = waitOf(request.url);
      const key = keyOf(request.headers['idempotency-key']);
      const order = readCardOrder(await readJsonBody(request, 'card.schema'));
      if (key !== undefined && order.messageId !== undefined && order.messageId !== key)
        throw createInvalidProblem('The Idempotency-Key and the messageId are not the same.', '$.messageId');
      if (orders === undefined) throw new RefusedRequest(503, 'No Genesys is configured.');
      const stored = await orders.submit({ ...order, messageId: order.messageId ?? key }, makeOperationId());
      const result = await stored.outcome(waitMs);
      const { messageId, outcome, code } = result;
      log.info(
        { event: 'cardsApi.taken', messageId, templateId: order.templateId, outcome, code },
        'Card order stored',
      );
      response.setHeader('location', `/api/cards/${encodeURIComponent(messageId)}`);
      const isAnswered = waitMs > 0 && outcome !== 'pending';
      response.send(isAnswered ? 200 : 202, result);
    }),
  );
  server.get(
    '/api/cards/:messageId',
    guarded(async (request, response) => {
      const messageId = String(request.params.messageId);
      const found = idPattern.test(messageId) ? await outbox?.find(messageId) : undefined;
      if (found === undefined || outbox === undefined)
        throw new RefusedRequest(404, 'No card has this messageId.');
      const waitMs = waitOf(request.url);
      response.send(200, waitMs === 0 ? found : await outbox.outcomeOf(messageId, waitMs));
    }),
  );
  // The path without an id is for POST only.
  server.get('/api/cards', (_: Request, response: Response, next: Next) => {
    response.setHeader('allow', 'POST');
    sendProblem(response, new RefusedRequest(405, 'The path supports only POST.'));
    next(false);
  });
}

function createInvalidProblem(message: string, path: string): RefusedRequest {
  return new RefusedRequest(400, message, { path });
}

/** How long the caller waits for the outcome, in milliseconds; default 0. */
function waitOf(url = '/'): number {
  const given = new URL(url, 'http://localhost').searchParams.getAll('waitMs');
  if (given.length === 0) return 0;
  const [text = ''] = given;
  if (given.length > 1 || !/^\d{1,5}$/.test(text) || Number(text) > longestWaitMs)
    throw createInvalidProblem(`waitMs is a number from 0 to ${longestWaitMs}.`, 'query:waitMs');
  return Number(text);
}

/** The messageId of an Idempotency-Key: the key itself if it has the form of a messageId, else a hash of it. */
function keyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  // A string of RFC 8941, as the draft of this header requires, or the bare key, as most clients send it.
  const [, quoted, bare] =
    /^(?:"([\x20-\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/.exec(String(header)) ?? [];
  const key = quoted ?? bare;
  if (key === undefined || Array.isArray(header))
    throw createInvalidProblem(
      'The Idempotency-Key has 1 to 255 visible characters.',
      'header:Idempotency-Key',
    );
  return idPattern.test(key) ? key : `key-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

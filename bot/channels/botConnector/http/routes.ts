import type { IncomingHttpHeaders } from 'node:http';
import { parseJson } from '../../../../cards/checks/plainJson.ts';
import type { Clock } from '../../../../cards/delivery/clock.ts';
import { CodedError } from '../../../../cards/errors.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import type { Verdict } from '../../../http/callers.ts';
import {
  closeAfterAnswer,
  createFailure,
  detailsOf,
  RefusedRequest,
  readJsonBody,
} from '../../../http/requests.ts';
import type { HostedPictures } from '../../../turns/hostedPictures.ts';
import type { Connector } from '../connector.ts';
import type { ConnectorEvents } from '../session/events.ts';
import type { Given } from '../session/request.ts';
import { createTextMessage, sentencesFor } from '../turn/ownWords.ts';
import { answerFailure, completeAnswer } from '../wire/answer.ts';
import type { Bot } from '../wire/botList.ts';
import { createV2Bot, createV2BotList } from '../wire/publishBots.ts';
import { spellV1Answer, spellV2Answer } from '../wire/spellAnswer.ts';
import { type ConnectorRoute, readUtterance } from '../wire/utterance.ts';
import type { Handler, Incoming, Outgoing, Route } from './servers.ts';

/** Options of the routes. */
export interface RoutesOptions {
  bots: readonly Bot[];
  connector: Pick<Connector, 'answer'>;
  check: (request: { headers: IncomingHttpHeaders }) => Verdict;
  events: ConnectorEvents;
  clock: Clock;
  /** Status of v2's acknowledgement: an empty answer, after which the real one follows. */
  acknowledgeStatus: 200 | 202;
  /** The hosted pictures; without it there is no route for them. */
  pictures?: Pick<HostedPictures, 'find'> | undefined;
}

/** Returns the routes of both versions under `base`, such as `/api/genesys`. */
export function routesOf(base: string, options: RoutesOptions): Route[] {
  const route = (method: Route['method'], path: string, handler: Handler): Route => {
    return { method, path: `${base}${path}`, handler: guard(options, handler) };
  };
  return [
    route('post', '/v1/messages', handleMessages('v1', options)),
    route('post', '/v2/messages', handleMessages('v2', options)),
    route('get', '/v2/bots', async (_, response) => send(response, 200, createV2BotList(options.bots))),
    route('get', '/v2/bots/:botId', async ({ url }, response) => {
      const [id] = takeLastSegments(url ?? '', 1);
      const bot = options.bots.find((one) => one.id === id);
      if (bot === undefined) throw new RefusedRequest(404, 'There is no such bot.');
      send(response, 200, createV2Bot(bot));
    }),
    ...(options.pictures === undefined ? [] : [createPictureRoute(base, options.pictures, options.events)]),
  ];
}

/** Creates the route of pictures. It asks for no credential, because customers' browsers fetch them: the address is the secret. */
function createPictureRoute(
  base: string,
  pictures: Pick<HostedPictures, 'find'>,
  events: ConnectorEvents,
): Route {
  return {
    method: 'get',
    path: `${base}/pictures/:conversation/:name`,
    handler: async ({ url }, response) => {
      response.setHeader('X-Content-Type-Options', 'nosniff');
      const [conversation = '', name = ''] = takeLastSegments(url ?? '', 2);
      try {
        const picture = await pictures.find(conversation, name);
        if (picture === undefined)
          return send(response, 404, { code: 'request.404', message: 'There is no such picture.' });
        response.statusCode = 200;
        response.setHeader('Content-Type', picture.contentType);
        response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
        response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
        response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
        response.end(Buffer.from(picture.bytes));
      } catch (error) {
        events.onRefused?.({ status: 503, code: 'request.503', error });
        send(response, 503, { code: 'request.503', message: 'The picture cannot be read now.' });
      }
    },
  };
}

const refusals = {
  401: 'The credential header is missing or wrong.',
  403: 'No caller is allowed: no credential is configured.',
} as const;

/** Checks the credential before the body is read, echoes the correlation id, and answers refusals and errors. */
function guard({ check, events }: RoutesOptions, handler: Handler): Handler {
  return async (request, response) => {
    const correlationId = correlationIdOf(request);
    if (correlationId !== undefined) response.setHeader('ININ-Correlation-Id', correlationId);
    try {
      const verdict = check(request);
      if (verdict !== 'accepted') throw new RefusedRequest(verdict, refusals[verdict]);
      await handler(request, response);
    } catch (error) {
      const { status, code, message, details } = refusalOf(error);
      const fault = status === 500 ? { error } : {};
      events.onRefused?.({ status, code, path: details.path, correlationId, ...fault });
      if (response.headersSent) return;
      if (status !== 400 && status !== 404) closeAfterAnswer(request, response);
      send(response, status, { code, message, ...details });
    }
  };
}

function refusalOf(error: unknown): RefusedRequest {
  if (error instanceof RefusedRequest) return error;
  if (error instanceof CodedError) return new RefusedRequest(400, error.message, detailsOf(error));
  return createFailure();
}

function handleMessages(route: ConnectorRoute, options: RoutesOptions): Handler {
  const { bots, connector, clock, acknowledgeStatus } = options;
  const spell = route === 'v1' ? spellV1Answer : spellV2Answer;
  return async (request, response) => {
    const arrivedAt = clock.now();
    const utterance = readUtterance(route, await bodyOf(request), bots);
    const { version, language } = utterance;
    let given: Given<GenesysMessage>;
    try {
      given = await connector.answer(utterance, arrivedAt, correlationIdOf(request));
    } catch {
      // Any status but 200 would cut the customer off.
      const sorry = createTextMessage(sentencesFor(language).failed);
      given = completeAnswer(answerFailure(version, language, sorry), version);
    }
    if (given !== 'acknowledged') return send(response, 200, spell(given, version));
    response.statusCode = acknowledgeStatus;
    response.end();
  };
}

/** Returns the JSON body, also when the server of an existing bot has read or parsed it already. */
async function bodyOf(request: Incoming): Promise<unknown> {
  if (request.readableEnded !== true && request.body === undefined) return readJsonBody(request);
  const { body } = request;
  return parseJson(
    typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : (JSON.stringify(body) ?? ''),
    'activity.invalid',
  );
}

function send(response: Outgoing, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

/** Returns the caller's correlation id if it is safe for a header and the log. */
function correlationIdOf({ headers }: Incoming): string | undefined {
  const id = headers['inin-correlation-id'];
  return typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}

/** Returns the last segments of a path, decoded; an empty list for a path that cannot be decoded. */
function takeLastSegments(url: string, count: number): string[] {
  try {
    const { pathname } = new URL(url, 'http://localhost');
    return pathname.replace(/\/$/, '').split('/').slice(-count).map(decodeURIComponent);
  } catch {
    return [];
  }
}

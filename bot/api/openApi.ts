import { z } from 'zod';
import { cardOrderSchema } from '../../cards/delivery/cardOrder.ts';
import { utteranceSchema } from '../channels/botConnector/wire/utterance.ts';

const outcomes = ['accepted', 'rejected', 'failed', 'unknown', 'pending'] as const;
const code = z.string().describe('A code of docs/errors.md.');

const orderResult = z.strictObject({
  messageId: z.string(),
  outcome: z
    .enum(outcomes)
    .describe('Of several cards the worst one. `pending`: the card is still being delivered.'),
  attempts: z.int().min(0),
  code: code.optional(),
  cards: z.int().min(2).optional().describe('Cards of the order, when its template made several of it.'),
  durationMs: z.int().min(0).optional().describe('From storage to outcome.'),
});

const delivery = z.strictObject({
  messageId: z.string(),
  outcome: z.enum(outcomes),
  attempts: z.int().min(0),
  code: code.optional(),
  status: z.int().optional().describe('Last HTTP status of Genesys.'),
  correlationId: z
    .string()
    .optional()
    .describe("Genesys' correlation id of its last answer, for a support case."),
  durationMs: z.int().min(0).optional(),
});

const problem = z.strictObject({
  type: z.string(),
  title: z.string().optional(),
  status: z.int(),
  detail: z.string().describe('One sentence without any value of the request.'),
  code: z.string().describe('A code of docs/errors.md, or `request.` and the status.'),
  path: z.string().optional().describe('JSON path in the body, or `query:` or `header:` and a name.'),
  hint: z.string().optional().describe('What to do.'),
});

const refusal = z.looseObject({ code: z.string(), message: z.string() });

const message = z.looseObject({ type: z.enum(['Text', 'Structured']), text: z.string() });
const answer = {
  botState: z.enum(['MoreData', 'Complete', 'Failed']),
  intent: z.string(),
  confidence: z.number(),
  replyMessages: z.array(message),
  parameters: z.record(z.string(), z.string()),
};
const v1Answer = z.looseObject({ ...answer, slotValues: z.record(z.string(), z.unknown()) });
const v2Answer = z.looseObject({ ...answer, entities: z.array(z.looseObject({ name: z.string() })) });
const v2Bot = z.looseObject({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  versions: z.array(z.looseObject({ version: z.string(), supportedLanguages: z.array(z.string()) })),
});

const schemas = {
  // Any JSON, which a schema that refers to itself would say in many words.
  CardOrder: cardOrderSchema.extend({ fields: z.record(z.string().max(100), z.unknown()) }),
  OrderResult: orderResult,
  Delivery: delivery,
  Problem: problem,
  Refusal: refusal,
  Utterance: utteranceSchema,
  V1Answer: v1Answer,
  V2Answer: v2Answer,
  V2Bot: v2Bot,
  V2Bots: z.looseObject({ entities: z.array(v2Bot) }),
  State: z.strictObject({ status: z.string() }),
};
type SchemaName = keyof typeof schemas;

const describeJson = (name: SchemaName, type = 'application/json') => ({
  content: { [type]: { schema: { $ref: `#/components/schemas/${name}` } } },
});
const describeProblems = (statuses: Readonly<Record<number, string>>) =>
  Object.fromEntries(
    Object.entries(statuses).map(([status, description]) => [
      status,
      { description, ...describeJson('Problem', 'application/problem+json') },
    ]),
  );
const refusals = {
  401: { description: 'The credential is missing or wrong.', ...describeJson('Refusal') },
  403: { description: 'No credential is configured.', ...describeJson('Refusal') },
};
const callers = {
  401: 'The credential is missing or wrong.',
  403: 'CARDS_API_SECRETS is not set.',
  429: 'Too many requests with this credential.',
};
const waitMs = {
  name: 'waitMs',
  in: 'query',
  description: 'Waits so many milliseconds for the outcome.',
  schema: { type: 'integer', minimum: 0, maximum: 25_000, default: 0 },
};
const describePathId = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } });

function describeConnectorCall(operationId: string, summary: string, name: SchemaName, more: object = {}) {
  return {
    operationId,
    summary,
    tags: ['Architect'],
    security: [{ connector: [] }],
    requestBody: { required: true, ...describeJson('Utterance') },
    responses: {
      200: { description: "The bot's answer.", ...describeJson(name) },
      ...more,
      400: { description: "The request is not one of Architect's.", ...describeJson('Refusal') },
      ...refusals,
    },
  };
}

function describeConnectorList(operationId: string, summary: string, name: SchemaName, more: object = {}) {
  return {
    operationId,
    summary,
    tags: ['Architect'],
    security: [{ connector: [] }],
    ...more,
    responses: {
      200: { description: 'The list.', ...describeJson(name) },
      404: { description: 'There is no such bot.', ...describeJson('Refusal') },
      ...refusals,
    },
  };
}

function describeHealth(operationId: string, summary: string, more: object = {}) {
  return {
    operationId,
    summary,
    tags: ['Health'],
    security: [],
    responses: {
      200: { description: summary, ...describeJson('State') },
      ...more,
      '4XX': { description: 'The request is refused.', ...describeJson('Refusal') },
    },
  };
}

/**
 * Describes the endpoints of the bot in OpenAPI 3.1, its shapes from the zod schemas that read them.
 *
 * @param version of the bot
 * @param header that carries Architect's credential
 */
export function openApi(version: string, header: string) {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Genesys card bot',
      version,
      description: 'Checked, safe rich cards in Genesys Cloud Web Messaging.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This bot.' }],
    tags: [
      { name: 'Cards', description: 'Cards for order systems, data actions and scripts.' },
      { name: 'Architect', description: 'Called by the bot actions of a flow.' },
      { name: 'Health', description: 'For load balancers.' },
    ],
    paths: {
      '/api/cards': {
        post: {
          operationId: 'sendCard',
          summary: 'Sends a card',
          description: 'The same order with the same id is delivered once, however often it is sent.',
          tags: ['Cards'],
          security: [{ caller: [] }],
          parameters: [
            waitMs,
            {
              name: 'Idempotency-Key',
              in: 'header',
              description: 'Stands for a messageId.',
              schema: { type: 'string', minLength: 1, maxLength: 257 },
            },
            {
              name: 'traceparent',
              in: 'header',
              description: 'W3C trace context.',
              schema: { type: 'string' },
            },
          ],
          requestBody: { required: true, ...describeJson('CardOrder') },
          responses: {
            200: { description: 'The outcome, with waitMs.', ...describeJson('OrderResult') },
            202: {
              description: 'The card is stored and will be sent.',
              headers: { Location: { description: 'Where its outcome is.', schema: { type: 'string' } } },
              ...describeJson('OrderResult'),
            },
            ...describeProblems({
              400: 'The request is not an order.',
              ...callers,
              409: 'Another order has this id, or the conversation has no session that takes a card now.',
              413: 'The body is too large.',
              415: 'The body is not JSON.',
              422: 'Our checks refuse the card.',
              503: 'The store is full or away, no Genesys is configured, or the bot is stopping.',
            }),
          },
        },
      },
      '/api/cards/{messageId}': {
        get: {
          operationId: 'getCard',
          summary: 'Returns the delivery state of a card',
          tags: ['Cards'],
          security: [{ caller: [] }],
          parameters: [describePathId('messageId'), waitMs],
          responses: {
            200: { description: 'The delivery.', ...describeJson('Delivery') },
            ...describeProblems({ 400: 'waitMs is wrong.', ...callers, 404: 'No card has this id.' }),
          },
        },
      },
      '/api/genesys/v1/messages': {
        post: describeConnectorCall('callBotConnector', 'Call Bot Connector', 'V1Answer'),
      },
      '/api/genesys/v2/messages': {
        post: describeConnectorCall('callDigitalBotConnector', 'Call Digital Bot Connector', 'V2Answer', {
          202: { description: 'The bot sends the answer later, by an API call.' },
        }),
      },
      '/api/genesys/v2/bots': { get: describeConnectorList('listBots', 'Lists the bots', 'V2Bots') },
      '/api/genesys/v2/bots/{botId}': {
        get: describeConnectorList('getBot', 'Describes a bot', 'V2Bot', {
          parameters: [describePathId('botId')],
        }),
      },
      '/healthz': { get: describeHealth('isAlive', 'The process is alive.') },
      '/readyz': {
        get: describeHealth('isReady', 'The bot takes turns.', {
          503: { description: 'It does not.', ...describeJson('State') },
        }),
      },
    },
    components: {
      securitySchemes: {
        caller: {
          type: 'http',
          scheme: 'bearer',
          description: 'A secret of CARDS_API_SECRETS, or a Microsoft Entra token of CARDS_API_AUDIENCE.',
        },
        connector: {
          type: 'apiKey',
          in: 'header',
          name: header,
          description: 'A secret of GENESYS_CONNECTOR_SECRETS.',
        },
      },
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => {
          // An OpenAPI document names the dialect for all of its schemas.
          const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
          return [name, rest];
        }),
      ),
    },
  };
}

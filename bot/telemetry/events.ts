import { idPattern, templateIdPattern } from '../../cards/card.ts';
import { errorCodes } from '../../cards/errors.ts';
import { nameChannel } from '../turns/turnState.ts';

const name = /^[A-Za-z][\w.-]{0,63}$/;

/** A property: its meaning, and the values that may leave the bot; another value is sent as `other`. */
interface PropertyRule {
  readonly what: string;
  readonly allows: (value: string) => boolean;
}

const createMatcher = (pattern: RegExp) => (value: string) => pattern.test(value);

/** Every property. None can contain a sentence, a name, an address or a number of the customer. */
export const telemetryProperties = {
  conversationId: { what: "keyed hash of the conversation's id", allows: createMatcher(/^[0-9a-f]{16}$/) },
  channel: { what: 'Bot Framework channel', allows: (value) => nameChannel(value) === value },
  route: { what: '`guest`, `v1`, `v2`, `botConnectorV2` or `channel`', allows: createMatcher(name) },
  templateId: {
    what: 'template, `raw` for a card without one',
    allows: (value) => value.length <= 64 && templateIdPattern.test(value),
  },
  templateVersion: { what: 'its version', allows: createMatcher(/^[\w.-]{1,20}$/) },
  messageId: { what: 'id of the card, the same in every attempt', allows: createMatcher(idPattern) },
  code: { what: 'error code, see errors.md', allows: (value) => Object.hasOwn(errorCodes, value) },
  path: {
    what: 'JSON path of the refused or changed part',
    allows: createMatcher(
      /^(?:(?:card|fields|request|template):)?\$(\.[A-Za-z_$][\w$-]{0,40}|\[(\d{1,6}|\?)\]){0,20}$/,
    ),
  },
  status: { what: "HTTP status of Genesys' last answer", allows: createMatcher(/^[1-5]\d\d$/) },
  correlationId: {
    what: "Genesys' id of its last answer, for a support case",
    allows: createMatcher(/^[\w-]{1,100}$/),
  },
  intent: { what: 'name of the intent', allows: createMatcher(name) },
  dialogs: {
    what: 'dialogs that ran and their steps, such as `main>orderStatus>findOrder.Step1of2`',
    allows: createMatcher(/^[A-Za-z][\w.>-]{0,499}$/),
  },
} as const satisfies Record<string, PropertyRule>;

/** Name of a property. */
export type PropertyName = keyof typeof telemetryProperties;

/** An event: its meaning, its properties and its measurements. */
export interface EventShape {
  readonly what: string;
  readonly properties: readonly PropertyName[];
  readonly measurements: readonly string[];
}

const turn = ['conversationId', 'channel', 'route'] as const;
const card = [...turn, 'templateId', 'templateVersion', 'messageId'] as const;
const answered = [...card, 'status', 'correlationId'] as const;
const failed = [...answered, 'code'] as const;

/** Every event that the bot sends. `docs/telemetry.md` is this table for people. */
export const telemetryEvents = {
  'turn.received': {
    what: "The turn of a customer's message ended. With a `code` it failed, and the customer read an apology.",
    properties: [...turn, 'dialogs', 'code'],
    measurements: ['durationMs', 'messages'],
  },
  'intent.recognized': {
    what: 'The bot decided what the customer wants.',
    properties: [...turn, 'intent'],
    measurements: ['score'],
  },
  'message.sent': {
    what: "The bot sent messages in a turn without a customer's message: a welcome, a proactive message.",
    properties: turn,
    measurements: ['messages'],
  },
  'message.updated': { what: 'The bot changed a message.', properties: turn, measurements: [] },
  'message.deleted': { what: 'The bot deleted a message.', properties: turn, measurements: [] },
  'card.clicked': { what: 'The customer clicked a button of a card.', properties: turn, measurements: [] },
  'handoff.requested': { what: 'The bot asked for a human agent.', properties: turn, measurements: [] },
  'card.requested': { what: 'A dialog asked for a card.', properties: card, measurements: [] },
  'card.refused': {
    what: 'Our own checks refused a card; it was never sent.',
    properties: [...card, 'code', 'path'],
    measurements: [],
  },
  'card.degraded': {
    what: 'A card is shown without some of its parts; `path` is the first change.',
    properties: [...card, 'path'],
    measurements: ['changes'],
  },
  'card.stored': {
    what: 'The store has the card; the outbox will deliver it.',
    properties: card,
    measurements: ['bytes'],
  },
  'card.attempted': {
    what: 'A delivery attempt ended, and Genesys neither accepted nor rejected the card.',
    properties: failed,
    measurements: ['attempts', 'durationMs'],
  },
  'card.accepted': {
    what: 'Genesys accepted the card.',
    properties: answered,
    measurements: ['attempts', 'durationMs'],
  },
  'card.rejected': {
    what: 'Genesys rejected the card; the outbox does not retry it.',
    properties: failed,
    measurements: ['attempts', 'durationMs'],
  },
  'card.unknown': {
    what: 'The outbox sent the card and got no answer: the card may have arrived.',
    properties: failed,
    measurements: ['attempts', 'durationMs'],
  },
  'card.failed': {
    what: "The outbox used up the card's attempts or its time.",
    properties: failed,
    measurements: ['attempts', 'durationMs'],
  },
  'card.replayed': { what: 'An operator replayed the card.', properties: card, measurements: [] },
  'card.replaced': {
    what: "The customer gets the card's text instead.",
    properties: card,
    measurements: [],
  },
  'delivery.fault': {
    what: 'The delivery of a card, or a listener of card events, failed because of an error in this program; the log has its stack frames.',
    properties: card,
    measurements: [],
  },
} as const satisfies Record<string, EventShape>;

/** Name of an event. */
export type EventName = keyof typeof telemetryEvents;

/** The properties of an event; undefined is left out. */
export type EventProperties<E extends EventName> = Readonly<
  Partial<Record<(typeof telemetryEvents)[E]['properties'][number], string | undefined>>
>;

/** The measurements of an event. */
export type EventMeasurements<E extends EventName> = Readonly<
  Record<(typeof telemetryEvents)[E]['measurements'][number], number | undefined>
>;

/** Metrics, sent once a minute. Figures of deliveries cover the last five minutes. */
export const telemetryMetrics = {
  'queue.depth': { what: 'Cards that wait or are being sent.', unit: 'cards' },
  'queue.oldestSeconds': { what: 'Age of the oldest of them.', unit: 's' },
  deadLetters: { what: 'Cards that are rejected, unknown or failed.', unit: 'cards' },
  successRate: { what: '`accepted / (accepted + rejected + failed + unknown)`.', unit: '0 to 1' },
  'delivery.p50Ms': { what: 'Median time from storage to outcome.', unit: 'ms' },
  'delivery.p95Ms': { what: 'The same, 95th percentile.', unit: 'ms' },
  'delivery.p99Ms': { what: 'The same, 99th percentile.', unit: 'ms' },
  'callers.refused': {
    what: 'An endpoint refused the credentials of a caller; sum the values.',
    unit: 'requests',
  },
  'rateLimited.pauses': {
    what: 'Genesys answered 429, and every card paused; sum the values.',
    unit: 'pauses',
  },
  'delivery.faults': {
    what: 'The delivery failed because of an error in this program; sum the values.',
    unit: 'faults',
  },
} as const satisfies Record<string, { what: string; unit: string }>;

/** Name of a metric. */
export type MetricName = keyof typeof telemetryMetrics;

/** Paths of calls to Genesys, which are sent as dependencies; each id is replaced by a name, because the SDK encodes braces. */
export const telemetryCalls = [
  '/oauth/token',
  '/api/v2/guest/conversations/webchat/messages',
  '/api/v2/conversations/webchat/sessions/:sessionId',
  '/api/v2/integrations/botconnectors/outgoing/messages',
] as const;

/** Name of a call; `other` is one that is not listed. */
export type CallName = (typeof telemetryCalls)[number] | 'other';

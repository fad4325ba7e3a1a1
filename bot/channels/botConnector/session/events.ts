import type { Change, TemplateRef } from '../../../../cards/checks/checkedCard.ts';
import { readErrorFields } from '../../../log/errorFields.ts';
import type { Answer } from '../wire/answer.ts';
import type { ConnectorRoute } from '../wire/utterance.ts';
import type { AnsweredHow } from './request.ts';

/** The session of an event. */
export interface EventAddress {
  route: ConnectorRoute;
  conversationId: string;
  sessionId: string;
  /** `ININ-Correlation-Id` of the request. */
  correlationId?: string | undefined;
  /** Ties messages that are delivered later to their turn. */
  operationId: string;
}

/** A request of Architect that was answered. */
export interface AnsweredRequest extends EventAddress {
  how: AnsweredHow;
  state: Answer<unknown>['state'] | undefined;
  intent: string | undefined;
  /** The reason for which a person takes over. */
  reason: string | undefined;
  messages: number;
  template: TemplateRef | undefined;
  durationMs: number;
}

/** A request that was refused before a turn of the bot began. */
export interface RefusedRequestEvent {
  status: number;
  code: string;
  path?: string | undefined;
  correlationId?: string | undefined;
  /** The error behind a status of 500 or more; may be anything. */
  error?: unknown;
}

/** The events of the connector; listeners never throw. */
export interface ConnectorEvents {
  onAnswered?: (event: AnsweredRequest) => void;
  /** Parts of the bot's messages were changed or left out. */
  onDegraded?: (
    address: Pick<EventAddress, 'route' | 'conversationId' | 'sessionId'>,
    changes: readonly Change[],
  ) => void;
  /** A turn, the store or a call to Genesys failed; `error` may be anything. */
  onFailed?: (address: EventAddress, error: unknown) => void;
  onRefused?: (event: RefusedRequestEvent) => void;
}

/** Prints failures and refusals on the console, errors with their stack; the default for a bot without `events`. */
export function createConsoleEvents(out: Pick<Console, 'error' | 'warn'> = console): ConnectorEvents {
  return {
    onFailed: ({ route }, error) => out.error(`genesys-card-bot: a turn by ${route} failed:`, error),
    onRefused: ({ status, code, path, error }) => {
      const where = path === undefined ? '' : ` at ${path}`;
      const text = `genesys-card-bot: a request was refused: ${status} ${code}${where}`;
      if (error === undefined) out.warn(text);
      else out.error(text, error);
    },
    onDegraded: (_, changes) => {
      for (const { path, what } of changes)
        out.warn(`genesys-card-bot: a message is shown differently in Genesys: ${path}: ${what}`);
    },
  };
}

/** The used methods of a log such as pino's: values, then a short text. */
export type EventLog = Readonly<Record<'info' | 'warn' | 'error', (values: object, text: string) => void>>;

/** Returns listeners that log the events: ids, codes and counts. */
export function logEvents(log: EventLog): ConnectorEvents {
  return {
    onAnswered: ({ how, route, state, intent, reason, messages, template, durationMs, ...ids }) => {
      const { correlationId, operationId } = ids;
      log.info(
        {
          event: 'connector.answered',
          outcome: how,
          route,
          status: state,
          intent,
          what: reason,
          count: messages,
          templateId: template?.id,
          durationMs: Math.round(durationMs),
          correlationId,
          operationId,
        },
        'Request from Architect answered',
      );
    },
    onDegraded: ({ route }, changes) => {
      for (const { path, what } of changes) {
        log.info({ event: 'connector.degraded', route, path, what }, 'Message degraded for Genesys');
      }
    },
    onFailed: ({ route, correlationId, operationId }, error) =>
      log.error(
        { event: 'connector.failed', route, error, ...readErrorFields(error), correlationId, operationId },
        'Connector turn failed',
      ),
    onRefused: ({ status, code, path, correlationId, error }) => {
      const refused = { event: 'connector.refused', status, path, correlationId };
      if (error === undefined) log.warn({ ...refused, code }, 'Request refused');
      else log.error({ ...refused, error, ...readErrorFields(error) }, 'Request failed');
    },
  };
}

import type { Change, TemplateRef } from '../../../../cards/checks/checkedCard.ts';
import { readErrorFields } from '../../../log/errorFields.ts';
import type { Answer } from '../wire/answer.ts';
import type { ConnectorRoute } from '../wire/utterance.ts';
import type { AnsweredHow } from './request.ts';

/** Whose event it is. */
export interface EventAddress {
  route: ConnectorRoute;
  conversationId: string;
  sessionId: string;
  /** `ININ-Correlation-Id` of the request. */
  correlationId?: string | undefined;
  /** Ties what goes out later to its turn. */
  operationId: string;
}

/** How a request of Architect was answered. */
export interface AnsweredRequest extends EventAddress {
  how: AnsweredHow;
  state: Answer<unknown>['state'] | undefined;
  intent: string | undefined;
  /** Why a person was asked for. */
  reason: string | undefined;
  messages: number;
  template: TemplateRef | undefined;
  durationMs: number;
}

/** A request that was refused before anything of the bot ran. */
export interface RefusedRequestEvent {
  status: number;
  code: string;
  path?: string | undefined;
  correlationId?: string | undefined;
}

/** The events of the connector; listeners never throw. */
export interface ConnectorEvents {
  onAnswered?: (event: AnsweredRequest) => void;
  /** Something was said with less than the bot gave. */
  onDegraded?: (
    address: Pick<EventAddress, 'route' | 'conversationId' | 'sessionId'>,
    changes: readonly Change[],
  ) => void;
  /** A turn, the store or a call of our own failed; `error` may be anything. */
  onFailed?: (address: EventAddress, error: unknown) => void;
  onRefused?: (event: RefusedRequestEvent) => void;
}

/** Writes failures and refusals to the console, for a developer who listens to no events: errors with their stack. */
export function createConsoleEvents(out: Pick<Console, 'error' | 'warn'> = console): ConnectorEvents {
  return {
    onFailed: ({ route }, error) => out.error(`genesys-card-bot: a turn by ${route} failed:`, error),
    onRefused: ({ status, code, path }) =>
      out.warn(
        `genesys-card-bot: a request was refused: ${status} ${code}${path === undefined ? '' : ` at ${path}`}`,
      ),
    onDegraded: (_, changes) => {
      for (const { path, what } of changes)
        out.warn(`genesys-card-bot: part of a message is not shown: ${path}: ${what}`);
    },
  };
}

/** What is used of a log such as pino's: values, then a short text. */
export type EventLog = Readonly<Record<'info' | 'warn' | 'error', (values: object, text: string) => void>>;

/** Writes the events to the log: ids, codes and counts. */
export function logEvents(log: EventLog): ConnectorEvents {
  return {
    onAnswered: ({
      how,
      route,
      state,
      intent,
      reason,
      messages,
      template,
      durationMs,
      correlationId,
      operationId,
    }) =>
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
      ),
    onDegraded: ({ route }, changes) => {
      for (const { path, what } of changes) {
        log.info({ event: 'connector.degraded', route, path, what }, 'Message degraded for Genesys');
      }
    },
    onFailed: ({ route, correlationId, operationId }, error) =>
      log.error(
        {
          event: 'connector.failed',
          route,
          error,
          ...readErrorFields(error),
          correlationId,
          operationId,
        },
        'Connector turn failed',
      ),
    onRefused: ({ status, code, path, correlationId }) =>
      log.warn({ event: 'connector.refused', status, code, path, correlationId }, 'Request refused'),
  };
}

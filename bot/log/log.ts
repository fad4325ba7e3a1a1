import pino, { type DestinationStream, type Logger } from 'pino';
import { writeFullStack } from './errorFields.ts';

/** The bot's log: JSON lines with ids and codes only. */
export type Log = Logger;

/** Options of the log. */
interface LogOptions {
  /** Logs an `error` with its message and whole stack, which may contain customer text. Default: false, without it. */
  hasStacks?: boolean;
}

/**
 * Creates the log. It keeps only the fields of an allow-list, so that a careless call cannot log customer text or a secret.
 */
export function createLog(
  level: string,
  destination?: DestinationStream,
  { hasStacks = false }: LogOptions = {},
): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: hasStacks ? keepStackToo : keepAllowed },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const allowed = new Set(
  (
    'attempts channel clientId code correlationId count durationMs errcode errno event file frames hint host intent ' +
    'messageId method nextTryMs operationId outcome path port problem proxy region route signal sqlState status templateId ' +
    'templateVersion what'
  ).split(' '),
);

function keepAllowed(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => allowed.has(key)));
}

function keepStackToo(object: Record<string, unknown>): Record<string, unknown> {
  const { error } = object;
  return error === undefined ? keepAllowed(object) : { ...keepAllowed(object), stack: writeFullStack(error) };
}

import pino, { type DestinationStream, type Logger } from 'pino';
import { type SetTimer, setIdleTimer } from '../../cards/delivery/clock.ts';
import { cleanText } from '../../cards/richText/text.ts';
import { writeFullStack } from './errorFields.ts';
import type { Output } from './output.ts';

/** The bot's log: JSON lines with ids and codes only. */
export type Log = Logger;

/**
 * Creates the log. It keeps only the fields of an allow-list, so that a careless call cannot log customer text or a secret.
 *
 * @param destination default: standard output
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  return open(level, keepAllowed, destination);
}

/**
 * Creates the log of a developer, which writes each JSON line as one line for a person:
 * `10:22:01 WARN  card.dead: Card became a dead letter  code=genesys.forbidden status=403`. The message and whole stack of an error
 * follow its line; they may contain customer text.
 */
export async function createReadableLog(
  level: string,
  output: Output,
  { hasColors }: { hasColors: boolean },
): Promise<Log> {
  // Loaded only when a person reads the log.
  const { prettyFactory } = await import('pino-pretty');
  const toReadable = prettyFactory({
    colorize: hasColors,
    translateTime: 'SYS:HH:MM:ss',
    hideObject: true,
    messageFormat: (line) => messageOf(line),
  });
  return open(level, keepStackToo, { write: (line) => output.write(toReadable(line)) });
}

type Fields = Record<string, unknown>;

function open(level: string, keep: (given: Fields) => Fields, destination?: DestinationStream): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { log: keep } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const allowed = new Set(
  (
    'attempts channel clientId code correlationId count durationMs errcode errno event file frames hint host intent ' +
    'messageId method nextTryMs operationId outcome path port problem proxy region route signal sqlState status templateId ' +
    'templateVersion what'
  ).split(' '),
);

function keepAllowed(given: Fields): Fields {
  return Object.fromEntries(Object.entries(given).filter(([key]) => allowed.has(key)));
}

function keepStackToo(given: Fields): Fields {
  const { error } = given;
  return error === undefined ? keepAllowed(given) : { ...keepAllowed(given), stack: writeFullStack(error) };
}

/** The number of the level `error` in pino. */
const errorLevel = 50;

function messageOf({ level, time: _, event, msg, stack, frames, ...rest }: Fields): string {
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${toWord(value)}`);
  const isTurn = event === 'turn';
  const message = typeof msg === 'string' ? cleanText(msg, 'line') : '';
  const head = isTurn ? message : `${String(event)}: ${message}`;
  // A warning, such as that of a failed network, shows no frames.
  const hasFrames = Array.isArray(frames) && Number(level) >= errorLevel;
  const below = typeof stack === 'string' ? stack.split('\n') : hasFrames ? frames : [];
  return [
    isTurn || fields.length === 0 ? head : `${head}  ${fields.join(' ')}`,
    ...below.map((one) => `    ${cleanText(String(one), 'block')}`),
  ].join('\n');
}

function toWord(value: unknown): string {
  return typeof value === 'string' && /^[!#-~]+$/.test(value)
    ? value
    : cleanText(JSON.stringify(value), 'line');
}

/** Options of `throttle`. */
export interface ThrottleOptions {
  /** Shortest time between two calls of `report`, in milliseconds; default: one minute. */
  everyMs?: number;
  /** Default: timers that keep no process alive. */
  after?: SetTimer;
}

/**
 * Creates a listener for events that strangers can cause without limit. It calls `report` at once for the first event, then at most
 * once in `everyMs`, with the number of events since the last call.
 */
export function throttle(
  report: (count: number) => void,
  { everyMs = 60_000, after = setIdleTimer }: ThrottleOptions = {},
): () => void {
  let count = 0;
  let isWaiting = false;
  const flush = () => {
    isWaiting = count > 0;
    if (count === 0) return;
    const reported = count;
    count = 0;
    after(everyMs, flush);
    report(reported);
  };
  return () => {
    count += 1;
    if (!isWaiting) flush();
  };
}

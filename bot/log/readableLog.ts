import type { DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { cleanText } from '../../cards/richText/text.ts';
import type { Output } from './output.ts';

/** Options of the readable lines. */
interface ReadableLinesOptions {
  /** Colours by the codes of a terminal. */
  hasColors: boolean;
}

/** Fields that every line has, or that the line shows in another way. */
const told = new Set(['level', 'time', 'event', 'msg', 'stack', 'frames']);

/**
 * Writes each JSON line of the log as one line for a person:
 * `10:22:01 WARN  card.dead: Card became a dead letter  code=genesys.forbidden status=403`. The stack of an error follows its line.
 */
export function createReadableLines(output: Output, { hasColors }: ReadableLinesOptions): DestinationStream {
  const toReadable = prettyFactory({
    colorize: hasColors,
    translateTime: 'SYS:HH:MM:ss',
    hideObject: true,
    messageFormat: (line) => messageOf(line),
  });
  return { write: (line) => output.write(toReadable(line)) };
}

function messageOf(line: Record<string, unknown>): string {
  const { level, event, msg, stack, frames } = line;
  const fields = Object.entries(line)
    .filter(([name]) => !told.has(name))
    .map(([name, value]) => `${name}=${toWord(value)}`);
  const isTurn = event === 'turn';
  const message = typeof msg === 'string' ? cleanText(msg, 'line') : '';
  const head = isTurn ? message : `${String(event)}: ${message}`;
  const below = typeof stack === 'string' ? stack.split('\n') : isFailure(level) ? toList(frames) : [];
  return [
    isTurn || fields.length === 0 ? head : `${head}  ${fields.join(' ')}`,
    ...below.map((one) => `    ${cleanText(String(one), 'block')}`),
  ].join('\n');
}

/** Says whether a line is an error. A warning, such as that of a failed network, shows no frames. */
function isFailure(level: unknown): boolean {
  return level === 'error' || level === 'fatal' || Number(level) >= 50;
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function toWord(value: unknown): string {
  return typeof value === 'string' && /^[!#-~]+$/.test(value)
    ? value
    : cleanText(JSON.stringify(value), 'line');
}

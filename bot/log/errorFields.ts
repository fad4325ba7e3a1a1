import { CodedError, codeOf } from '../../cards/errors.ts';

/** The fields of an error in the log: codes and places in the code; the message only of a CodedError. */
export interface ErrorFields {
  /** The code of a CodedError, else the name of the error's class. */
  code: string;
  /** The message of a CodedError, which contains no data of a customer. */
  what?: string;
  /** The hint of a CodedError. */
  hint?: string;
  /** The JSON path of a CodedError. */
  path?: string;
  /** `at function (file:line:column)`, for an error of this program; at most 12. */
  frames?: string[];
  /** PostgreSQL's SQLSTATE. */
  sqlState?: string;
  /** The operating system's name of the error, such as `ENOSPC`. */
  errno?: string;
  /** SQLite's extended result code. */
  errcode?: number;
}

/** Most frames in the log. */
const maxFrames = 12;
/** Most errors of a chain of causes. */
const maxCauses = 8;

/**
 * Returns the fields of an error for the log: its code and the system codes of its causes. A CodedError adds its message and hint.
 * An error of this program adds its stack frames without its message, which may contain customer text; an error of the system or the
 * store that a CodedError explains does not.
 */
export function readErrorFields(error: unknown): ErrorFields {
  const chain = causesOf(error);
  const [first] = chain;
  const fields: ErrorFields = {
    code: codeOf(first) ?? (first instanceof Error ? keepSafeName(first.name) : 'unknown'),
  };
  if (first instanceof CodedError) {
    const { message, hint, path } = first;
    Object.assign(fields, { what: message, hint, ...(path === undefined ? {} : { path }) });
  }
  for (const one of chain) Object.assign(fields, { ...readSystemCodes(one), ...fields });
  const bug = chain.find((one) => !(one instanceof CodedError));
  if (!isExplained(chain) && bug instanceof Error) {
    const frames = readStackFrames(bug);
    if (frames.length > 0) fields.frames = frames;
  }
  return fields;
}

/** Says whether a CodedError explains an error of the system or of a database. */
function isExplained(chain: readonly unknown[]): boolean {
  const cause = chain.find((one) => !(one instanceof CodedError));
  return chain[0] instanceof CodedError && Object.keys(readSystemCodes(cause)).length > 0;
}

/**
 * Writes the messages and stacks of an error and its causes; undefined where a CodedError explains an error of the system. They may
 * contain customer text: for development only.
 */
export function writeFullStack(error: unknown): string | undefined {
  const chain = causesOf(error);
  if (isExplained(chain)) return undefined;
  return chain
    .map((one) => (one instanceof Error ? (one.stack ?? `${one.name}: ${one.message}`) : String(one)))
    .join('\ncaused by: ');
}

/**
 * The frames of an error's stack without its message, innermost first.
 *
 * Lines of the message may look like frames, so the whole message is removed. If the message was changed after the stack was created,
 * only frames of files that Node can have loaded are kept.
 */
function readStackFrames(error: Error, most = maxFrames): string[] {
  const { stack, message } = error;
  if (typeof stack !== 'string') return [];
  const head = message === '' ? -1 : stack.indexOf(message);
  const lines = (head < 0 ? stack : stack.slice(head + message.length)).split('\n').slice(1);
  const pattern = head < 0 && message !== '' ? loadedFrame : anyFrame;
  return lines
    .filter((line) => pattern.test(line))
    .slice(0, most)
    .map((line) => line.trim());
}

// A function's name may be computed from any text, so only names of plain characters are kept.
const anyFrame =
  /^ {4}at (?:(?:async |new )*[\w.$<># [\]]{1,120} \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^()\n]{1,300}:\d+:\d+\)?$/;
const loadedFrame =
  /^ {4}at (?:(?:async |new )*[\w.$<># [\]]{1,120} \()?(?:file:\/\/|node:)[^()\n]{1,300}:\d+:\d+\)?$/;

/** The error and its causes; errors of the Bot Framework's dialogs have their cause under `error`. */
function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  let next = error;
  while (next !== undefined && next !== null && chain.length < maxCauses && !chain.includes(next)) {
    const inner: unknown =
      next instanceof Error && next.name === 'DialogContextError' && 'error' in next ? next.error : undefined;
    if (inner === undefined) chain.push(next);
    next = inner ?? (next instanceof Error ? next.cause : undefined);
  }
  return chain;
}

/** The codes that libraries and the system add to their errors. */
function readSystemCodes(error: unknown): Pick<ErrorFields, 'sqlState' | 'errno' | 'errcode'> {
  if (typeof error !== 'object' || error === null) return {};
  const { code, errcode } = { code: undefined, errcode: undefined, ...error };
  return {
    ...(isText(code) && /^(?!E)(?=.*\d)[0-9A-Z]{5}$/.test(code) ? { sqlState: code } : {}),
    ...(isText(code) && /^E(?!RR_SQLITE)[A-Z0-9_]{2,40}$/.test(code) ? { errno: code } : {}),
    ...(typeof errcode === 'number' ? { errcode } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function keepSafeName(name: string): string {
  return /^[\w.]{1,60}$/.test(name) ? name : 'unknown';
}

/** The code of a system error, such as `EADDRINUSE`; `unknown` where there is none. */
export function readSystemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

import { CodedError } from '../../../errors.ts';

/** The problem, and what to do about it. */
type Words = readonly [problem: string, hint: string];

const noRight =
  'Give the account of the bot the right to read and write DATA_DIR, or set DATA_DIR to another folder.';
const noRoom: Words = [
  'the disk is full',
  'Free space on the disk of DATA_DIR. A running bot recovers by itself.',
];
const tooManyFiles: Words = [
  'too many files are open',
  'Raise the limit of open files of the bot (ulimit -n).',
];
const notAFolder: Words = [
  'a part of its path is a file, not a folder',
  'Set DATA_DIR to a folder; it is created when it is missing.',
];
const noPath: Words = ['its path does not exist and cannot be created', 'Set DATA_DIR to another folder.'];

/** By the operating system's name of an error. */
const byErrno: Readonly<Record<string, Words>> = {
  EACCES: ['the account of the bot has no right to it', noRight],
  EPERM: ['the account of the bot has no right to it', noRight],
  EROFS: ['its file system is read-only', noRight],
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  EFBIG: noRoom,
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  ENOTDIR: notAFolder,
  EEXIST: notAFolder,
  EISDIR: ['its file is a folder', 'Remove the folder cards.sqlite in DATA_DIR, or set DATA_DIR to another.'],
  ENOENT: noPath,
  ENAMETOOLONG: noPath,
  ELOOP: noPath,
  EIO: ['the disk reports an error', 'Check the disk of DATA_DIR and how it is mounted.'],
};

/** By the lower byte of SQLite's result code. */
const byErrcode: Readonly<Record<number, Words>> = {
  3: ['the account of the bot has no right to it', noRight],
  5: ['another program holds it locked', 'Stop the other program that writes to cards.sqlite.'],
  6: ['another program holds it locked', 'Stop the other program that writes to cards.sqlite.'],
  8: ['it is read-only', noRight],
  10: ['the disk reports an error', 'Check the disk of DATA_DIR and how it is mounted.'],
  11: [
    'its file is damaged',
    'Stop the bot, put an intact cards.sqlite into DATA_DIR or remove the damaged one.',
  ],
  13: noRoom,
  14: ['a file of it cannot be opened', `${noRight} Check the limit of open files as well (ulimit -n).`],
  26: [
    'its file is not a database of SQLite',
    'Stop the bot, put an intact cards.sqlite into DATA_DIR or remove the damaged one.',
  ],
};

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damaged = new Set([11, 26]);

/**
 * Creates the error of a store that failed: `The store in /data cannot be written: the disk is full (errcode 13).` and a hint.
 * Returns an error of ours unchanged.
 *
 * @param where the folder or file; default: none is named
 */
export function storeFailure(
  cause: unknown,
  what: 'opened' | 'read' | 'written',
  where?: string | null,
): CodedError {
  if (cause instanceof CodedError) return cause;
  const { code, errcode, path } = fieldsOf(cause);
  const errno =
    typeof code === 'string' && code.startsWith('E') && !code.startsWith('ERR_') ? code : undefined;
  const kind = typeof errcode === 'number' ? errcode & 0xff : undefined;
  const words =
    (errno === undefined ? undefined : byErrno[errno]) ?? (kind === undefined ? undefined : byErrcode[kind]);
  const constant = errno ?? (typeof errcode === 'number' ? `errcode ${errcode}` : undefined);
  const place = typeof path === 'string' ? path : where;
  const message = [
    `The store${typeof place === 'string' ? ` in ${place}` : ''} cannot be ${what}`,
    words === undefined ? '' : `: ${words[0]}`,
    constant === undefined ? '' : ` (${constant})`,
    '.',
  ].join('');
  const isDamaged = kind !== undefined && damaged.has(kind);
  return new CodedError(isDamaged ? 'store.damaged' : 'store.unavailable', message, {
    cause,
    hint: words?.[1],
  });
}

function fieldsOf(cause: unknown): { code?: unknown; errcode?: unknown; path?: unknown } {
  return typeof cause === 'object' && cause !== null ? cause : {};
}

/**
 * Returns our own errors and bugs unchanged, and the store's error for any other, which is SQLite's.
 *
 * @param where the file of the store; default: none is named
 */
export function asStoreError(error: unknown, what: 'read' | 'written', where?: string | null): Error {
  const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isBug ? error : storeFailure(error, what, where);
}

/** Reads from a store. @throws CodedError `store.unavailable` or `store.damaged` when SQLite fails */
export function readStore<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asStoreError(error, 'read');
  }
}

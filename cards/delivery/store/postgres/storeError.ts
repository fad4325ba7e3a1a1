import { DatabaseError } from 'pg';
import { CodedError } from '../../../errors.ts';

/** Classes of SQLSTATE that report the state of the server, not of the statement. */
const serverStates = /^(08|57P|53|25006)/;

/** SQLSTATEs of statements that succeed when they run once more. */
const collisionStates = new Set(['40001', '40P01', '55P03']);

/** `store.unavailable` by way of PostgreSQL. */
export class StoreError extends CodedError {
  /** The SQLSTATE with which the server refused a statement; undefined when the server could not be reached. */
  readonly sqlState: string | undefined;

  /** @param cause an error of the driver */
  constructor(cause: unknown) {
    const sqlState = cause instanceof DatabaseError ? cause.code : undefined;
    const errno = errnoOf(cause);
    const [message, hint] = sqlState === undefined ? explainErrno(errno) : explainSqlState(sqlState);
    const constant = sqlState === undefined ? errno : `SQLSTATE ${sqlState}`;
    const named = constant === undefined ? message : message.replace(/\.$/, ` (${constant}).`);
    super('store.unavailable', named, { cause, hint });
    this.sqlState = sqlState;
  }

  /** Whether the server fails, and not the statement. */
  get isAway(): boolean {
    return this.sqlState === undefined || serverStates.test(this.sqlState);
  }
}

/** Returns an error of the driver, or of a library on it, as a `StoreError`; our own errors and bugs stay as they are. */
export function toStoreError(error: unknown): unknown {
  const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return error instanceof CodedError || isBug ? error : new StoreError(error);
}

/** Whether another transaction was in the way, so that the same statements succeed when they run once more. */
export function isCollision(error: unknown): boolean {
  return error instanceof StoreError && collisionStates.has(error.sqlState ?? '');
}

/**
 * Whether the same statements may succeed later: the server was away, or other transactions were in the way. A statement that
 * is refused for another reason is a fault of ours.
 */
export function isPassing(error: unknown): boolean {
  return (error instanceof StoreError && error.isAway) || isCollision(error);
}

/** Node's code of an error of the network, of TLS or of files; several addresses fail as one. */
function errnoOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return errnoOf(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : undefined;
}

/** The meaning of an error, and the advice; without advice the one of the error code counts. */
type Words = readonly [message: string, hint?: string];

const rights =
  'Let the role of DATABASE_URL own the schemas genesys_cards and genesys_cards_queue, or grant it CREATE on the database before the first start.';
const address = 'Check host and port in DATABASE_URL, the firewall, and whether the server runs.';
const certificate =
  'Check sslmode and sslrootcert in DATABASE_URL; NODE_EXTRA_CA_CERTS names further certificates to trust.';
const restore =
  'Look into the log of the PostgreSQL server; restore the database from a backup if it is damaged.';
const tables =
  'Point DATABASE_URL to the database that the bot has used, or restart the bot: it creates the tables that are missing.';

/** By SQLSTATE; a code stands before its class. */
const bySqlState: readonly (readonly [RegExp, Words])[] = [
  [/^28/, ['The database refuses the role or its password.', 'Check user and password in DATABASE_URL.']],
  [/^3D000/, ['There is no such database.', 'Check the name of the database in DATABASE_URL, or create it.']],
  [/^42501/, ['The role of DATABASE_URL has no right to do this.', rights]],
  [
    /^25006/,
    [
      'The database is read-only.',
      'Point DATABASE_URL to the primary server; after a fail-over the bot recovers by itself.',
    ],
  ],
  [/^53100/, ['The disk of the database is full.', 'Free space on the server; the bot recovers by itself.']],
  [
    /^53300/,
    [
      'The database accepts no more connections.',
      'Each instance of the bot needs up to 9: raise max_connections, or run fewer instances.',
    ],
  ],
  [/^53/, ['The database has no resources left.', 'Check memory, disk and limits of the server.']],
  [/^57P0[12]/, ['The database is shutting down.', 'Wait for it; the bot recovers by itself.']],
  [/^57P03/, ['The database is starting.', 'Wait for it; the bot recovers by itself.']],
  [/^57P04/, ['The database was dropped.', restore]],
  [
    /^57014/,
    [
      'The database cancelled a statement.',
      'Check statement_timeout of the role, and the load of the server.',
    ],
  ],
  [/^(42P01|3F000|42703|42883)/, ['A table or column of the bot is missing in the database.', tables]],
  [
    /^(22021|22P05)/,
    [
      'The database cannot hold a character of a text.',
      'Use a database with the encoding UTF8: CREATE DATABASE … ENCODING UTF8 TEMPLATE template0.',
    ],
  ],
  [/^(58|XX)/, ['The database reports damage, or trouble with its files.', restore]],
  [
    /^08P01/,
    [
      'The server or the pooler before it does not speak the protocol of PostgreSQL as the bot needs it.',
      address,
    ],
  ],
  [/^08/, ['The connection to the database broke.', address]],
];

/** By the code of an error of Node: network, TLS, files. */
const byErrno: readonly (readonly [RegExp, Words])[] = [
  [/^ECONNREFUSED$/, ['The database cannot be reached: nothing listens at its address.', address]],
  [/^(ENOTFOUND|EAI_\w+)$/, ['The database cannot be reached: the name of its host is not found.', address]],
  [
    /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    ['The database cannot be reached: no answer from its address.', address],
  ],
  [
    /^(EMFILE|ENFILE)$/,
    [
      'The process has too many open files or connections.',
      'Raise the limit of open files of the bot (ulimit -n).',
    ],
  ],
  [/^(ECONNRESET|EPIPE)$/, ['The database cannot be reached: the connection broke.', address]],
  [/CERT|SIGNATURE|ISSUER|^ERR_(TLS|SSL)/, ['The certificate of the database is not trusted.', certificate]],
];

function explainSqlState(sqlState: string): Words {
  return bySqlState.find(([pattern]) => pattern.test(sqlState))?.[1] ?? ['The database refused a statement.'];
}

function explainErrno(errno = ''): Words {
  return (
    byErrno.find(([pattern]) => pattern.test(errno))?.[1] ?? ['The database cannot be reached.', address]
  );
}

/** What an error of the database means, and what to do about it. */
interface DatabaseWords {
  readonly message: string;
  /** Undefined: the registry's advice. */
  readonly hint: string | undefined;
}

type Words = readonly [message: string, hint?: string];

const rights =
  'Let the role of DATABASE_URL own the schemas genesys_cards and genesys_cards_queue, or grant it CREATE on the database before the first start.';
const address = 'Check host and port in DATABASE_URL, the firewall, and whether the server runs.';
const certificate =
  'Check sslmode and sslrootcert in DATABASE_URL; NODE_EXTRA_CA_CERTS names further certificates to trust.';
const files: Words = [
  'The process has too many open files or connections.',
  'Raise the limit of open files of the bot (ulimit -n).',
];
const restore =
  'Look into the log of the PostgreSQL server; restore the database from a backup if it is damaged.';
const tables =
  'Point DATABASE_URL to the database that the bot has used, or restart the bot: it creates the tables that are missing.';

/** By SQLSTATE, the whole before its class. */
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
  [/^(EMFILE|ENFILE)$/, files],
  [/^(ECONNRESET|EPIPE)$/, ['The database cannot be reached: the connection broke.', address]],
  [/CERT|SIGNATURE|ISSUER|^ERR_(TLS|SSL)/, ['The certificate of the database is not trusted.', certificate]],
];

/** Says what the database, or the way to it, answered; the constant stands at the end of the message. */
export function explainDatabaseError(sqlState: string | undefined, errno: string | undefined): DatabaseWords {
  const constant = sqlState ?? errno;
  const table = sqlState === undefined ? byErrno : bySqlState;
  const fallback: Words =
    sqlState === undefined
      ? ['The database cannot be reached.', address]
      : ['The database refused a statement.'];
  const [message, hint] = table.find(([pattern]) => pattern.test(constant ?? ''))?.[1] ?? fallback;
  const label = sqlState === undefined ? (errno ?? '') : `SQLSTATE ${sqlState}`;
  return {
    message: label === '' ? message : message.replace(/\.$/, ` (${label}).`),
    hint,
  };
}

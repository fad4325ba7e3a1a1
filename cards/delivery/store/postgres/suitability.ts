import { CodedError } from '../../../errors.ts';
import type { Database } from './database.ts';
import type { Session } from './session.ts';

/** The oldest server that pg-boss and our tables work on. */
const oldestServer = 13;

/** Transactions that look for a pooler; one is enough, unless the pooler lends its connections in turn. */
const mostTries = 2;

/**
 * Checks that a database has what the bot needs: a version, UTF-8, and the right to create tables.
 *
 * @throws CodedError `store.unavailable` that names what is missing; `StoreError` when the database does not answer
 */
export async function requireSuitable(database: Database): Promise<void> {
  const [row = {}] = await database.query(
    `SELECT current_setting('server_version_num')::int / 10000 AS version, current_setting('server_encoding') AS encoding,
       current_user AS role, current_database() AS name,
       has_database_privilege(current_database(), 'CREATE') AS may_create,
       (SELECT bool_and(has_schema_privilege(oid, 'CREATE')) AND count(*) = 2
        FROM pg_namespace WHERE nspname IN ('${database.schema}', '${database.schema}_queue')) AS has_schemas`,
  );
  const { version, encoding, may_create: mayCreate, has_schemas: hasSchemas, role, name } = row;
  if (Number(version) < oldestServer)
    throw createUnsuitableError(
      `The PostgreSQL server has version ${version}; the bot needs ${oldestServer} or newer.`,
      'Upgrade the server, or point DATABASE_URL to a newer one.',
    );
  if (encoding !== 'UTF8')
    throw createUnsuitableError(
      `The database has the encoding ${encoding}; the bot needs UTF8.`,
      'Create a database with ENCODING UTF8 TEMPLATE template0 and name it in DATABASE_URL.',
    );
  if (mayCreate !== true && hasSchemas !== true)
    throw createUnsuitableError(
      'The role of DATABASE_URL may not create the schemas of the bot in the database.',
      `As an administrator: GRANT CREATE ON DATABASE "${name}" TO "${role}";`,
    );
}

/**
 * Starts the session, and checks that it keeps its connection.
 *
 * @throws CodedError `store.unavailable` behind a pooler in transaction mode; an error of the driver when the database does not answer
 */
export async function startSession(session: Session, database: Database): Promise<void> {
  await session.start();
  if (await isPooled(session, database))
    throw createUnsuitableError(
      'DATABASE_URL leads to a pooler in transaction mode. It changes the connection of a session, so that locks and notifications do not work.',
      'Point DATABASE_URL to the server itself, or set the pooler to session mode (pool_mode = session).',
    );
}

function createUnsuitableError(message: string, hint: string): CodedError {
  return new CodedError('store.unavailable', message, { hint });
}

/**
 * Whether the session may get another connection of the server in the middle: while another transaction is under way, a
 * pooler has lent it the session's connection already, or lends the session a different one.
 */
async function isPooled(session: Session, database: Database, tries = mostTries): Promise<boolean> {
  const pid = await session.readPid();
  return database.transaction(async (sql) => {
    const [other] = await sql.query('SELECT pg_backend_pid() AS pid');
    if (other?.pid === pid || (await session.readPid()) !== pid) return true;
    return tries > 1 && isPooled(session, database, tries - 1);
  });
}

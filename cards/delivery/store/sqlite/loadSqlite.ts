/**
 * Node's SQLite, loaded when the first database is opened: Node 22 warns of it as an experiment, and a bot that opens no
 * database is not to be warned.
 */
export function loadSqlite(): typeof import('node:sqlite') {
  return process.getBuiltinModule('node:sqlite');
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';

/** Connections of all instances. */
export async function connectionsTo(databaseUrl: string): Promise<number> {
  const sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'genesys-card-bot%'";
  return Number((await ask(databaseUrl, sql)).count);
}

/** Bytes that the server has written to its log, and bytes of the tables of cards and of the audit log with their indexes. */
export async function databaseSize(databaseUrl: string) {
  const row = await ask(
    databaseUrl,
    `SELECT pg_current_wal_lsn() - '0/0' AS wal, pg_total_relation_size('genesys_cards.cards') AS cards,
       pg_total_relation_size('genesys_cards.audit') AS audit`,
  );
  return { wal: Number(row.wal), cards: Number(row.cards), audit: Number(row.audit) };
}

/** Asks the database for one row. */
async function ask(databaseUrl: string, sql: string): Promise<Record<string, unknown>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows[0] ?? {};
  } finally {
    await client.end();
  }
}

/** CPU of a process and its children in milliseconds, where the system tells it by files (Linux); else not a number. */
export function cpuOfFamily(pid: number | undefined): number {
  if (pid === undefined || !existsSync('/proc/self/stat')) return Number.NaN;
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // After the name in parentheses: state, parent, … and from the 12th on the times of the process and of its ended children.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (Number(name) === pid) ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      else if (Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has just ended.
    }
  }
  const ticksPerSecond = 100;
  return (ticks * 1_000) / ticksPerSecond;
}

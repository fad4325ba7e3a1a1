import type { AuditEntry } from '../../cardEvents.ts';
import {
  beginOf,
  type ChartSpan,
  chartSpans,
  countFigures,
  createSampleFigures,
  type Figure,
  keptSteps,
} from '../../figures.ts';
import type { Sql } from './database.ts';
import { schema } from './schema.ts';

/** How a figure that exists changes. */
type Merge = 'f.value + excluded.value' | 'greatest(f.value, excluded.value)';

/** Returns SQL that stores figures, which a parameter holds as JSON. */
function writeFiguresSql(parameter: string, merge: Merge): string {
  return `INSERT INTO ${schema}.figures AS f (step, at, name, bucket, value) SELECT step, at, name, bucket, value
    FROM json_to_recordset(${parameter}) AS new (step integer, at bigint, name text, bucket integer, value bigint)
    ON CONFLICT (step, at, name, bucket) DO UPDATE SET value = ${merge}`;
}

/** Returns SQL that adds entries of the audit log to the figures, for their own transaction, and the value of its parameter. */
export function countsIn(entries: readonly AuditEntry[], parameter: string): { sql: string; value: string } {
  return {
    sql: writeFiguresSql(parameter, 'f.value + excluded.value'),
    value: JSON.stringify(countFigures(entries)),
  };
}

/** Stores a sample of all instances: of a step, the highest value stays. */
export async function noteSample(
  sql: Sql,
  now: number,
  values: Readonly<Record<string, number>>,
): Promise<void> {
  await sql.query(writeFiguresSql('$1', 'greatest(f.value, excluded.value)'), [
    JSON.stringify(createSampleFigures(now, values)),
  ]);
}

/** Returns the figures of a chart that ends now. */
export async function readFigures(sql: Sql, span: ChartSpan, now: number): Promise<Omit<Figure, 'step'>[]> {
  // A week has thousands of figures: as arrays they arrive in a third of the time.
  const rows = await sql.query(
    `SELECT at, name, array_agg(bucket) AS buckets, array_agg(value::double precision) AS values
     FROM ${schema}.figures WHERE step = $1 AND at >= $2 GROUP BY at, name`,
    [chartSpans[span].stepMs, beginOf(span, now)],
  );
  return rows.flatMap(({ at, name, buckets, values }) => {
    const counts = Array.isArray(values) ? values : [];
    return (Array.isArray(buckets) ? buckets : []).map((bucket, i) => ({
      at: Number(at),
      name: String(name),
      bucket: Number(bucket),
      value: Number(counts[i]),
    }));
  });
}

/** Deletes the figures that no chart shows any more. */
export async function pruneFigures(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM ${schema}.figures WHERE at < (SELECT ${schema}.now_ms()) - step::bigint * ${keptSteps}`,
  );
}

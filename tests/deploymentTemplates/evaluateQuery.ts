/** A row of `customEvents` or `customMetrics`, as Application Insights keeps it. */
export interface TelemetryRow {
  readonly table: 'customEvents' | 'customMetrics';
  readonly name: string;
  readonly customDimensions?: Readonly<Record<string, string>>;
  readonly valueSum?: number;
  readonly valueMax?: number;
}

type Columns = Readonly<Record<string, number>>;

/**
 * Runs a query of an alert over rows: the part of KQL that our alerts use, which is `where` on names, on another
 * value of a property and on a least value,
 * `summarize` with `sum`, `sumif` and `max`, and `project` of one quotient. Gives the columns of the one row that is left, or
 * undefined.
 *
 * @throws Error for anything else
 */
export function evaluateQuery(query: string, rows: readonly TelemetryRow[]): Columns | undefined {
  const [table = '', ...steps] = query.split('\n').map((line) => line.replace(/^\| /, ''));
  let found = rows.filter((row) => row.table === table);
  let columns: Columns | undefined;
  for (const step of steps) {
    const named = /^where name (?:== ('[^']+')|in \(([^)]+)\))$/.exec(step);
    const without = /^where tostring\(customDimensions\.(\w+)\) != '([^']+)'$/.exec(step);
    const atLeast = /^where (\w+) >= (\d+)$/.exec(step);
    const quotient = /^project (\w+) = ([\d.]+) \* (\w+) \/ (\w+)$/.exec(step);
    if (named !== null) {
      const names = [...(named[1] ?? named[2] ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1]);
      found = found.filter(({ name }) => names.includes(name));
    } else if (without !== null) {
      const [, property = '', value] = without;
      found = found.filter(({ customDimensions = {} }) => customDimensions[property] !== value);
    } else if (step.startsWith('summarize ')) {
      columns = Object.fromEntries(
        step
          .slice('summarize '.length)
          .split(/, (?=\w+ = )/)
          .map((one) => summarize(one, found)),
      );
    } else if (atLeast !== null && columns !== undefined) {
      if ((columns[atLeast[1] ?? ''] ?? 0) < Number(atLeast[2])) return undefined;
    } else if (quotient !== null && columns !== undefined) {
      const [, name = '', factor, above = '', below = ''] = quotient;
      columns = { [name]: (Number(factor) * (columns[above] ?? 0)) / (columns[below] ?? 0) };
    } else throw new Error(`This step is not known: ${step}`);
  }
  return columns;
}

function summarize(text: string, rows: readonly TelemetryRow[]): [column: string, value: number] {
  const [, column = '', call = ''] = /^(\w+) = (.+)$/.exec(text) ?? [];
  const counted = /^sum\(itemCount\)$/.exec(call);
  const values = /^(sum|max)\((valueSum|valueMax)\)$/.exec(call);
  const some = /^sumif\(itemCount, (.+)\)$/.exec(call);
  if (counted !== null) return [column, rows.length];
  if (some !== null) return [column, rows.filter(condition(some[1] ?? '')).length];
  if (values === null) throw new Error(`This call is not known: ${call}`);
  const numbers = rows.map((row) => (values[2] === 'valueSum' ? row.valueSum : row.valueMax) ?? 0);
  return [column, values[1] === 'sum' ? numbers.reduce((sum, one) => sum + one, 0) : Math.max(0, ...numbers)];
}

function condition(text: string): (row: TelemetryRow) => boolean {
  const name = /^name == '([^']+)'$/.exec(text)?.[1];
  if (name !== undefined) return (row) => row.name === name;
  const property = /^isnotempty\(tostring\(customDimensions\.(\w+)\)\)$/.exec(text)?.[1];
  if (property !== undefined) return (row) => (row.customDimensions?.[property] ?? '') !== '';
  throw new Error(`This condition is not known: ${text}`);
}

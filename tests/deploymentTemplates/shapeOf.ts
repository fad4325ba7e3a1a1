/** A word that a schema may list among what it allows, such as `Disabled`, `1.2` or `PT5M`; anything else is some text. */
const word = /^\w[\w.|-]{0,39}$/;
/** What people choose, and templates for other resources: the schema says of them that they are there, and no more. */
const free = new Set(['name', 'value', 'template', 'parameters', 'tags', 'dependsOn']);

/**
 * The shape of a JSON value: each path in it with its type, and with the value where a schema could refuse it; sorted, each
 * once. The elements of a list are taken together.
 */
export function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return unique(value.flatMap((item) => shapeOf(item, `${path}[]`)));
  if (value !== null && typeof value === 'object')
    return unique(
      Object.entries(value).flatMap(([key, item]) => {
        const place = path === '' ? key : `${path}.${key}`;
        return free.has(key)
          ? `${place}: ${Array.isArray(item) ? 'list' : typeof item}`
          : shapeOf(item, place);
      }),
    );
  const isFree = typeof value === 'string' && !word.test(value);
  return [`${path}: ${isFree ? 'text' : JSON.stringify(value)}`];
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)].sort();
}

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Says whether a value is an object with keys: neither null nor a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; undefined for a text that is not JSON. Only for texts whose size is bounded. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Text of a file without the mark that some editors on Windows put before it. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** A node of a JSON Schema that declares a dynamic field. */
export type SchemaNode = { [key: string]: Json };

/** The schema node at the end of a path of names and indexes, or undefined when the path is not declared. */
export function findNodeAt(
  node: SchemaNode | undefined,
  keys: readonly (string | number)[],
): SchemaNode | undefined {
  let current = node;
  for (const key of keys) {
    const next = typeof key === 'number' ? current?.items : asNode(current?.properties)?.[key];
    current = asNode(next);
  }
  return current;
}

/** A value as an object of JSON; undefined for any other. */
export function asNode(value: Json | undefined): SchemaNode | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

/** The fields that an object declares, by their names. */
export function propertiesOf(node: SchemaNode): [name: string, field: SchemaNode][] {
  return Object.entries(asNode(node.properties) ?? {}).map(([name, field]) => [name, asNode(field) ?? {}]);
}

/** Whether an object requires a field. */
export function isRequired({ required }: SchemaNode, name: string): boolean {
  return Array.isArray(required) && required.includes(name);
}

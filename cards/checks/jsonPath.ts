const plainKey = /^[A-Za-z_$][\w$-]{0,40}$/;

/** Appends a key or index to a JSON path; a key that is not a plain name is shown as `[?]`, for it may be customer text. */
export function joinPath(parent: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  return typeof key === 'string' && plainKey.test(key) ? `${parent}.${key}` : `${parent}[?]`;
}

/** The beginning of a JSON path: the name before the `$` is that of the document. */
export type DocumentRoot = '$' | 'card:$' | 'fields:$' | 'request:$' | 'template:$';

/** Writes a list of keys, as zod reports them, as a JSON path. */
export function writeJsonPath(keys: readonly PropertyKey[], root: DocumentRoot = '$'): string {
  return keys.reduce<string>((parent, key) => joinPath(parent, key), root);
}

/** Returns the JSON path of a value; called only when the value has an error. */
export type At = () => string;

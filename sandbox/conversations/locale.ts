/** A language code such as `de` or `de-AT`. */
export const localePattern = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/;

/** The language that a browser asks for first, by its `Accept-Language`; undefined when it names none. */
export function localeOf(acceptLanguage: string | undefined): string | undefined {
  const [first = ''] = acceptLanguage?.split(/[,;]/, 1) ?? [];
  return localePattern.test(first.trim()) ? first.trim() : undefined;
}

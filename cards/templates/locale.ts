/**
 * Finds the locale of a template for a requested one: the same, then without its region and script, then none.
 * Case and `_` for `-` do not matter.
 */
export function pickLocale(requested: string | undefined, available: readonly string[]): string | undefined {
  if (requested === undefined) return undefined;
  const subtags = requested.replaceAll('_', '-').toLowerCase().split('-');
  for (let n = subtags.length; n > 0; n -= 1) {
    const wanted = subtags.slice(0, n).join('-');
    const found = available.find((locale) => locale.toLowerCase() === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The locale for dates and numbers: the requested one where it is a region of the text's language, else the text's. */
export function formatLocale(requested: string | undefined, textLocale: string): string {
  if (requested === undefined || requested === textLocale) return textLocale;
  if (languageOf(requested) !== languageOf(textLocale)) return textLocale;
  try {
    return Intl.getCanonicalLocales(requested.replaceAll('_', '-'))[0] ?? textLocale;
  } catch {
    return textLocale;
  }
}

function languageOf(locale: string): string {
  return locale.toLowerCase().split(/[-_]/, 1)[0] ?? '';
}

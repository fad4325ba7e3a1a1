/** The scripts that are written from right to left. */
const rightToLeft = new Set(['Arab', 'Hebr', 'Thaa', 'Nkoo', 'Syrc', 'Adlm', 'Rohg', 'Mand', 'Samr', 'Yezi']);

/** A locale as BCP 47 writes it: bots also send `he_IL`. A locale that Intl does not know becomes `fallback`; default: English. */
export function canonicalizeLocale(locale: string | undefined, fallback = 'en'): string {
  try {
    const written = locale?.trim().split(/[_-]/).filter(Boolean).join('-');
    return Intl.getCanonicalLocales(written || undefined)[0] ?? fallback;
  } catch {
    return fallback;
  }
}

/** The locale of a customer's message, without extensions; undefined for one that Intl does not know: some clients send an empty one. */
export function localeOf({ locale }: { readonly locale?: string | null | undefined }): string | undefined {
  const isKnown = canonicalizeLocale(locale ?? undefined, '') !== '';
  return isKnown ? locale?.trim().replace(/[-_][a-z\d][-_].*/i, '') : undefined;
}

/** Writing direction of a locale by its script: `az-Arab` is written from right to left, `ar-Latn` is not. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  return rightToLeft.has(scriptOf(locale)) ? 'rtl' : 'ltr';
}

/**
 * Finds the locale of a template for a requested one: the same, then without its region and script (`de` for `de-AT`), then another of
 * the same language (`de-DE` for `de-AT`), if possible in the same script. Case and `_` for `-` do not matter.
 */
export function pickLocale(requested: string | undefined, available: readonly string[]): string | undefined {
  if (requested === undefined) return undefined;
  const subtags = requested.replaceAll('_', '-').toLowerCase().split('-');
  for (let n = subtags.length; n > 0; n -= 1) {
    const wanted = subtags.slice(0, n).join('-');
    const found = available.find((locale) => locale.toLowerCase() === wanted);
    if (found !== undefined) return found;
  }
  const related = available.filter((locale) => languageOf(locale) === subtags[0]);
  return related.find((locale) => scriptOf(locale) === scriptOf(requested)) ?? related[0];
}

/** The locale for dates and numbers: the requested one where it is a region of the text's language, else the text's. */
export function formatLocale(requested: string | undefined, textLocale: string): string {
  if (requested === undefined || languageOf(requested) !== languageOf(textLocale)) return textLocale;
  return canonicalizeLocale(requested, textLocale);
}

function scriptOf(locale: string): string {
  return new Intl.Locale(canonicalizeLocale(locale)).maximize().script ?? '';
}

function languageOf(locale: string): string {
  return locale.toLowerCase().split(/[-_]/, 1)[0] ?? '';
}

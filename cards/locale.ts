/** The scripts that are written from right to left. */
const rightToLeft = new Set(['Arab', 'Hebr', 'Thaa', 'Nkoo', 'Syrc', 'Adlm', 'Rohg', 'Mand', 'Samr', 'Yezi']);

/** A locale as BCP 47 writes it: bots also send `he_IL`. What Intl does not take is English. */
export function canonicalizeLocale(locale: string | undefined): string {
  try {
    const written = locale?.trim().split(/[_-]/).filter(Boolean).join('-');
    return Intl.getCanonicalLocales(written || undefined)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** Writing direction of a locale by its script: `az-Arab` is written from right to left, `ar-Latn` is not. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  const { script = '' } = new Intl.Locale(canonicalizeLocale(locale)).maximize();
  return rightToLeft.has(script) ? 'rtl' : 'ltr';
}

const dateFunction =
  /\{\{(DATE|TIME)\( {0,3}([^ ,(){}]{20,25}) {0,3}(?:, {0,3}(COMPACT|SHORT|LONG) {0,3})?\)\}\}/g;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})$/;

const formats: Record<string, Intl.DateTimeFormatOptions> = {
  COMPACT: { dateStyle: 'short' },
  SHORT: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  LONG: { dateStyle: 'full' },
  TIME: { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' },
};

/**
 * Writes out `{{DATE(2026-11-23T06:08:39Z, SHORT)}}` and `{{TIME(…)}}`, which Adaptive Cards leave to the client. The
 * customer's time zone is not known on our side: times are UTC and say so.
 *
 * Source: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
export function writeDates(text: string, locale: string): string {
  if (!text.includes('{{')) return text;
  return text.replace(dateFunction, (whole, kind: string, when: string, form: string | undefined) => {
    const time = moment.test(when) ? Date.parse(when) : Number.NaN;
    if (Number.isNaN(time)) return whole;
    const format = formats[kind === 'TIME' ? 'TIME' : (form ?? 'COMPACT')];
    return new Intl.DateTimeFormat(locale, { ...format, timeZone: 'UTC' }).format(time);
  });
}

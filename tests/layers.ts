/** Each layer imports only those above it in this list; the parts of one layer do not know each other, but for the first. */
export const layers: readonly (readonly string[])[] = [
  [
    'closest.ts',
    'errors.ts',
    'json.ts',
    'lazily.ts',
    'limits.ts',
    'lruLimit.ts',
    'sequentialId.ts',
    'locale.ts',
  ],
  ['richText'],
  ['components'],
  ['card.ts'],
  ['checks'],
  ['cardRequest.ts'],
  ['templates', 'formats', 'readers'],
  ['delivery'],
];

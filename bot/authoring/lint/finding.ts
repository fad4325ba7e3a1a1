import type { CodedError } from '../../../cards/errors.ts';
import type { Place } from './jsonSource.ts';

/** What `lint` warns of: things that are right and will surprise somebody. */
export const lintRules = {
  'lint.absentField': 'an absent optional field removes the rest of its line',
  'lint.binding': 'a text contains something like a binding, and customers would read it as it is written',
  'lint.comparison': 'a condition compares a field with a value that it can never have',
  'lint.degraded': 'a route shows a part in another way than the card defines',
  'lint.html': 'a text contains HTML, and customers would read it as it is written',
  'lint.limits': 'no value fits the limits of a field',
  'lint.locale': 'a locale is not a language, or appears twice',
  'lint.markdown': 'a text contains Markdown marks but is not Markdown',
  'lint.picture': 'clients crop the picture, or its alternative text is the name of a file',
  'lint.repeatedKey': 'a key appears twice, and only the last one counts',
  'lint.strike': 'struck-through text, which three of four routes cannot show',
  'lint.translation': 'a locale has no text of its own',
  'lint.unknownPayload': 'no dialog understands what a button sends',
  'lint.unusedField': 'no text uses a declared field',
} as const;

/** Something that an author should know of a file. */
export interface Finding extends Place {
  readonly file: string;
  readonly severity: 'error' | 'warning';
  /** A code of `errorCodes`, or one of `lintRules`. */
  readonly code: CodedError['code'] | keyof typeof lintRules;
  /** JSON path in the file. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

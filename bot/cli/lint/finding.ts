import type { CodedError } from '../../../cards/errors.ts';
import type { Place } from './jsonSource.ts';

/** What `lint` warns of: things that are right and will surprise somebody. */
export const lintRules = {
  'lint.absentField': 'the absence of an optional field takes the rest of its line with it',
  'lint.binding':
    'a text holds what looks like a binding and is none, which customers would read as it is written',
  'lint.comparison': 'a condition compares a field with a value that it can never have',
  'lint.degraded': 'a route shows something in another way than the card says',
  'lint.html': 'a text holds HTML, which customers would read as it is written',
  'lint.limits': 'no value fits the limits of a field',
  'lint.locale': 'a locale is not a language, or stands twice',
  'lint.markdown': 'a text holds Markdown marks and is not Markdown',
  'lint.picture': 'clients crop the picture, or its alternative text is the name of a file',
  'lint.repeatedKey': 'a key stands twice, and only the last one counts',
  'lint.strike': 'text that is struck through, which three of four routes cannot show',
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

import type { z } from 'zod';
import { CodedError, type DocumentRoot, type ErrorCode, writeJsonPath } from '../errors.ts';

/** Describes an issue of zod in plain words; never holds the value. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${/^[aeiou]/.test(issue.expected) ? 'An' : 'A'} ${issue.expected} is ${issue.input === undefined ? 'missing' : 'expected here'}`;
    case 'too_big':
      return `Longer than the limit of ${issue.maximum}`;
    case 'too_small':
      return `Shorter than the minimum of ${issue.minimum}`;
    case 'unrecognized_keys':
      return issue.keys.length === 1
        ? 'A key is not known here'
        : `${issue.keys.length} keys are not known here`;
    case 'invalid_value':
      return `Not one of the allowed values: ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? 'None of the allowed shapes'
        : `The ${issue.discriminator} is unknown`;
    case 'invalid_format':
      return 'The text does not have the allowed form';
    default:
      return 'Not allowed here';
  }
}

/** Path of the first issue, down to the unknown key when there is one. */
function issuePath(issue: z.core.$ZodIssue, root: DocumentRoot = '$'): string {
  const keys: PropertyKey[] = [...issue.path];
  if (issue.code === 'unrecognized_keys' && issue.keys[0] !== undefined) keys.push(issue.keys[0]);
  if (
    issue.code === 'invalid_union' &&
    issue.discriminator !== undefined &&
    keys.at(-1) !== issue.discriminator
  ) {
    keys.push(issue.discriminator);
  }
  return writeJsonPath(keys, root);
}

/** Creates the error for the first issue that zod found. */
export function createSchemaError(
  code: ErrorCode,
  what: string,
  error: z.ZodError,
  root: DocumentRoot = '$',
): CodedError {
  const issue = error.issues[0];
  if (issue === undefined) return new CodedError(code, `${what} is not valid.`);
  return new CodedError(code, `${what}: ${describeIssue(issue)}.`, { path: issuePath(issue, root) });
}

import type { z } from 'zod';
import type { RuleNumber } from '../architect/rules.ts';
import { ApiError } from './apiError.ts';

/** Writes a path of keys and indexes as people do: `message.card.components[0].text`. */
export function writeJsonPath(path: readonly PropertyKey[]): string {
  let written = '';
  for (const key of path) {
    if (typeof key === 'number') written += `[${key}]`;
    else written += written === '' ? String(key) : `.${String(key)}`;
  }
  return written;
}

/** A value that broke a rule: where and how; never the value itself. */
export interface Problem {
  path: string;
  message: string;
  /** The rule of `architect/rules.ts` that it broke, where it is one of them. */
  rule?: RuleNumber;
}

/** The first problems of a failed zod parse, deepest place first named, with the rule that `ruleOf` tells; at most 10. */
export function problemsOf(
  error: z.ZodError,
  under = '',
  ruleOf?: (issue: z.core.$ZodIssue) => RuleNumber,
): Problem[] {
  return error.issues.slice(0, 10).map((issue) => {
    const own = writeJsonPath(issue.path);
    const joint = under === '' || own === '' || own.startsWith('[') ? '' : '.';
    return {
      path: `${under}${joint}${own}`,
      message: issue.message,
      ...(ruleOf === undefined ? {} : { rule: ruleOf(issue) }),
    };
  });
}

/** The 400 that says which fields are wrong. */
export function createBadRequest(problems: readonly Problem[], code = 'bad.request'): ApiError {
  const first = problems[0] ?? { path: '', message: 'not valid' };
  return new ApiError(400, code, first.path === '' ? first.message : `${first.path}: ${first.message}`, {
    details: problems.map(({ path, message }) => ({ errorCode: message, fieldName: path })),
  });
}

/** The parsed value, or the 400 that says which fields are wrong. */
export function parseOrRefuse<T>(schema: z.ZodType<T>, value: unknown, code?: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw createBadRequest(problemsOf(parsed.error), code);
  return parsed.data;
}

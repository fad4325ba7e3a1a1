import { thereAre } from '../closest.ts';
import { type CompileContext, templateError, within } from './compileContext.ts';
import type { TemplateNode } from './compileList.ts';

/** Refuses a key of a template's object that is not known there. */
export function requireKeys(node: TemplateNode, allowed: readonly string[], context: CompileContext): void {
  for (const key of Object.keys(node)) {
    if (!allowed.includes(key)) {
      throw templateError(
        within(context, key),
        'This key is not known here.',
        thereAre(key, [...allowed, '$when', '$data']),
      );
    }
  }
}

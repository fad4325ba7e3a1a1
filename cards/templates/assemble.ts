import type { Json } from '../card.ts';
import { CodedError } from '../errors.ts';
import { type CompileContext, compileBinding, createTemplateError, pickText } from './compileContext.ts';
import type { Evaluate } from './evaluate.ts';
import type { Part, Scope, Value } from './part.ts';

/** Treats the text of a value. */
export type TreatText = (text: string) => string;

/** What a field's value is, by its schema: `contentMediaType`, default plain text. */
export type Media = 'text/plain' | 'text/markdown' | 'text/html';

/** A binding of a text. */
interface Binding {
  readonly evaluate: Evaluate;
  readonly media: Media;
}

/** A bound value and the static text behind it. */
interface BoundText {
  readonly evaluate: Evaluate;
  readonly treat: TreatText;
  readonly after: string;
}

const binding = /\$\{([^}]*)\}/g;

/**
 * Stands for a value while the static text is treated: private-use characters, which survive every treatment and are
 * letters to a Markdown reader. Its group is the number of the binding.
 */
export const placeholder = /\uE000(\d+)\uE001/;

/** Picks the text of the context's locale and puts a placeholder in the place of each binding. */
export function markBindings(
  source: Json | undefined,
  context: CompileContext,
): { text: string; bindings: Binding[] } {
  const picked = pickText(source, context);
  if (/[\uE000-\uF8FF]/.test(picked))
    throw createTemplateError(context, 'Private-use characters are not allowed.');
  const bindings: Binding[] = [];
  const text = picked.replace(binding, (_, inner: string) => {
    const { evaluate, schema } = compileBinding(inner, context);
    bindings.push({ evaluate, media: mediaOf(schema?.contentMediaType, context) });
    return `\uE000${bindings.length - 1}\uE001`;
  });
  return { text, bindings };
}

/**
 * Splits a text at its bindings and joins it with the values for each card.
 *
 * @param treatmentOf is asked once for each binding
 */
export function assemble(
  source: Json | undefined,
  context: CompileContext,
  treatmentOf: (media: Media) => TreatText,
): Part<string> {
  const { text: marked, bindings } = markBindings(source, context);
  if (bindings.length === 0) return { fixed: marked };
  const [first = '', ...rest] = marked.split(placeholder);
  // What is left are pairs: the number of a binding, and the text behind it.
  const bound = bindings.map(
    ({ evaluate, media }, i): BoundText => ({
      evaluate,
      treat: treatmentOf(media),
      after: rest[2 * i + 1] ?? '',
    }),
  );
  return {
    make: (scope: Scope) => {
      let text = first;
      for (const { evaluate, treat, after } of bound) {
        const value = formatValue(evaluate(scope), context);
        if (value === undefined) return undefined;
        text += treat(value) + after;
      }
      return text;
    },
  };
}

function mediaOf(value: Json | undefined, context: CompileContext): Media {
  if (value === undefined || value === 'text/plain') return 'text/plain';
  if (value === 'text/markdown' || value === 'text/html') return value;
  throw createTemplateError(
    context,
    'The contentMediaType of the field is not known.',
    'Use text/plain, text/markdown or text/html.',
  );
}

/**
 * The text of a value as it is, before any treatment; undefined when the field is absent or null.
 *
 * @throws CodedError `template.invalidField` for a list or an object
 */
export function formatValue(value: Value, context: CompileContext): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return undefined;
    default:
      if (value === null) return undefined;
      throw new CodedError(
        'template.invalidField',
        'The binding needs a text, but this field is a list or an object.',
        {
          path: context.path,
        },
      );
  }
}

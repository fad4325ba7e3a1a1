import { suggestOneOf } from '../closest.ts';
import { CodedError } from '../errors.ts';
import { functions } from './functions.ts';

/** A parsed expression of the template language. */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'path'; root: '$data' | '$root'; keys: readonly (string | number)[] }
  | { kind: 'index' }
  | { kind: 'call'; name: string; args: readonly Expression[] }
  | { kind: 'not'; of: Expression }
  | { kind: 'compare'; operator: Comparison; left: Expression; right: Expression }
  | { kind: 'and' | 'or' | 'default'; left: Expression; right: Expression };

/** A path to a field. */
export type FieldPath = Expression & { kind: 'path' };

/** The comparisons that `$when` knows. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

const token =
  /\s*(?:(\d+(?:\.\d+)?)|'([^']*)'|"([^"]*)"|([A-Za-z_$][\w$]*)|(==|!=|<=|>=|&&|\|\||\?\?|[<>!().,[\]]))/y;
const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const maxLength = 500;
const whatBindingsAre =
  'Bindings are paths, literals, calls such as formatDate(day), comparisons, &&, ||, ! and ??. Quotes are straight, and nothing is calculated.';

type Token = { type: 'number' | 'string' | 'name' | 'sign'; text: string };

/**
 * Parses the inside of `${…}`: paths (`order.items[0].name`, `$root.id`, `$index`), literals, calls (`formatDate(day)`),
 * comparisons, `!`, `&&`, `||`, `??` and parentheses. There is no arithmetic and no assignment, and nothing is ever evaluated as
 * JavaScript.
 *
 * @param path - JSON path of the binding in the template, for errors
 * @throws CodedError `template.invalid` for a text that cannot be parsed
 */
export function parseExpression(source: string, path: string): Expression {
  const tokens = tokenize(source, path);
  let next = 0;
  const fail = (what: string) => createParseError(what, source, path);
  const isSign = (text: string) => tokens[next]?.type === 'sign' && tokens[next]?.text === text;
  const take = (text: string) => {
    if (!isSign(text)) return false;
    next += 1;
    return true;
  };
  const expect = (text: string) => {
    if (!take(text)) throw fail(`\`${text}\` is missing`);
  };

  /** Terms with a sign between them, from left to right. */
  const chain = (sign: string, kind: 'and' | 'or' | 'default', term: () => Expression) => (): Expression => {
    let left = term();
    while (take(sign)) left = { kind, left, right: term() };
    return left;
  };
  const comparison = (): Expression => {
    const left = unary();
    const sign = tokens[next];
    if (sign?.type !== 'sign' || !isComparison(sign.text)) return left;
    next += 1;
    return { kind: 'compare', operator: sign.text, left, right: unary() };
  };
  const whole = chain('??', 'default', chain('||', 'or', chain('&&', 'and', comparison)));
  const unary = (): Expression => (take('!') ? { kind: 'not', of: unary() } : primary());
  const primary = (): Expression => {
    if (take('(')) {
      const inner = whole();
      expect(')');
      return inner;
    }
    const first = tokens[next];
    next += 1;
    if (first === undefined) throw fail('A value is missing');
    if (first.type === 'number') return { kind: 'literal', value: Number(first.text) };
    if (first.type === 'string') return { kind: 'literal', value: first.text };
    if (first.type === 'sign') throw fail(`\`${first.text}\` is not expected`);
    return isSign('(') ? call(first.text) : name(first.text);
  };
  const call = (callee: string): Expression => {
    expect('(');
    const args: Expression[] = [];
    if (!take(')')) {
      do args.push(whole());
      while (take(','));
      expect(')');
    }
    return { kind: 'call', name: callee, args };
  };
  const name = (first: string): Expression => {
    if (first === 'true' || first === 'false') return { kind: 'literal', value: first === 'true' };
    if (first === 'null') return { kind: 'literal', value: null };
    if (first === '$index') return { kind: 'index' };
    const isRoot = first === '$root';
    const keys: (string | number)[] = isRoot || first === '$data' ? [] : [first];
    for (;;) {
      if (take('.')) {
        const key = tokens[next];
        if (key?.type !== 'name') throw fail('A name is missing after `.`');
        next += 1;
        keys.push(key.text);
      } else if (take('[')) {
        const key = tokens[next];
        if (key?.type !== 'number' || key.text.includes('.'))
          throw fail('A whole number is missing after `[`');
        next += 1;
        keys.push(Number(key.text));
        expect(']');
      } else {
        return { kind: 'path', root: isRoot ? '$root' : '$data', keys };
      }
    }
  };

  const expression = whole();
  const rest = tokens[next];
  if (rest !== undefined) throw fail(`\`${rest.text}\` is not expected`);
  return expression;
}

function createParseError(what: string, source: string, path: string, hint = whatBindingsAre): CodedError {
  return new CodedError('template.invalid', `${what} in \`\${${source.slice(0, 80)}}\`.`, { path, hint });
}

function tokenize(source: string, path: string): Token[] {
  if (source.length > maxLength) {
    throw new CodedError(
      'template.invalid',
      `A binding of ${source.length} characters begins with \`\${${source.slice(0, 80)}\`.`,
      { path, hint: `Write a short expression between \`\${\` and \`}\`, at most ${maxLength} characters.` },
    );
  }
  const tokens: Token[] = [];
  token.lastIndex = 0;
  const text = source.trimEnd();
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (match === null) {
      const [sign = ''] = text.slice(start).trimStart();
      if (sign !== "'" && sign !== '"') throw createParseError(`\`${sign}\` is not expected`, source, path);
      throw createParseError(
        `A text that begins with \`${sign}\` does not end`,
        source,
        path,
        'A text ends at the next quote of its kind. There are no escapes, and no `}` in it.',
      );
    }
    const [, number, single, double, name, sign] = match;
    if (number !== undefined) tokens.push({ type: 'number', text: number });
    else if (name !== undefined) tokens.push({ type: 'name', text: name });
    else if (sign !== undefined) tokens.push({ type: 'sign', text: sign });
    else tokens.push({ type: 'string', text: single ?? double ?? '' });
  }
  return tokens;
}

function isComparison(text: string): text is Comparison {
  return comparisons.has(text);
}

/** An expression and all expressions inside of it, in the order of the text. */
export function listAll(expression: Expression): Expression[] {
  return [expression, ...innerOf(expression).flatMap(listAll)];
}

function innerOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return expression.args;
    case 'not':
      return [expression.of];
    case 'compare':
    case 'and':
    case 'or':
    case 'default':
      return [expression.left, expression.right];
    default:
      return [];
  }
}

/** The paths to fields that an expression reads, in their order. */
export function pathsOf(expression: Expression): FieldPath[] {
  return listAll(expression).filter((one) => one.kind === 'path');
}

/** Says whether an expression reads `$index`. */
export function readsIndex(expression: Expression): boolean {
  return listAll(expression).some(({ kind }) => kind === 'index');
}

/**
 * Refuses calls that cannot be evaluated.
 *
 * @param path - JSON path of the binding in the template, for errors
 * @throws CodedError `template.invalid` for an unknown function or a wrong number of arguments
 */
export function requireFunctions(expression: Expression, path: string): void {
  for (const call of listAll(expression)) {
    if (call.kind !== 'call') continue;
    const called = functions.get(call.name);
    if (called === undefined) {
      throw new CodedError('template.invalid', `There is no function ${call.name}.`, {
        path,
        hint: suggestOneOf(call.name, [...functions.keys()]),
      });
    }
    const [least, most] = called.args;
    if (call.args.length >= least && call.args.length <= most) continue;
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    throw new CodedError(
      'template.invalid',
      `${call.name} takes ${wanted} argument${most === 1 ? '' : 's'}.`,
      {
        path,
        hint: writeUsage(called),
      },
    );
  }
}

/** How a function is called, for a hint. */
export function writeUsage({ usage, does }: { readonly usage: string; readonly does: string }): string {
  return `Write it like ${usage}. ${does}`;
}

/** A field or a literal as the author writes it. */
export function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'path') return writePath(expression);
  if (expression.kind !== 'literal') return undefined;
  return typeof expression.value === 'string' ? `'${expression.value}'` : String(expression.value);
}

/** A path as the author writes it: `items[0].name`. */
export function writePath({ root, keys }: Pick<FieldPath, 'root' | 'keys'>): string {
  const steps = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return root === '$root' ? `$root${steps}` : steps.replace(/^\./, '') || '$data';
}

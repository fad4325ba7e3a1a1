import { CodedError } from '../errors.ts';

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

type Token = { type: 'number' | 'string' | 'name' | 'sign'; text: string };

/**
 * Parses the inside of `${…}`: paths (`order.items[0].name`, `$root.id`, `$index`), literals, calls (`formatDate(day)`),
 * comparisons, `!`, `&&`, `||`, `??` and parentheses. There is no arithmetic and no assignment, and nothing is ever evaluated as
 * JavaScript.
 *
 * @throws CodedError `template.invalid` with what was not understood.
 */
export function parseExpression(source: string, path: string): Expression {
  const tokens = tokenize(source, path);
  let next = 0;
  const fail = (what: string) =>
    new CodedError('template.invalid', `${what} in \`\${${source.slice(0, 80)}}\`.`, {
      path,
      hint: 'Bindings are paths, literals, calls such as formatDate(day), comparisons, &&, ||, ! and ??.',
    });
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
    if (first === undefined) throw fail('Something is missing');
    if (first.type === 'number') return { kind: 'literal', value: Number(first.text) };
    if (first.type === 'string') return { kind: 'literal', value: first.text };
    if (first.type === 'sign') throw fail(`\`${first.text}\` is not expected`);
    return isSign('(') ? call(first.text) : name(first.text);
  };
  const call = (callee: string): Expression => {
    expect('(');
    const args: Expression[] = [];
    if (take(')')) return { kind: 'call', name: callee, args };
    do args.push(whole());
    while (take(','));
    expect(')');
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
        if (key?.type !== 'number') throw fail('A number is missing after `[`');
        next += 1;
        keys.push(Number(key.text));
        expect(']');
      } else {
        return { kind: 'path', root: isRoot ? '$root' : '$data', keys };
      }
    }
  };

  const expression = whole();
  if (next < tokens.length) throw fail('Something is left over');
  return expression;
}

function tokenize(source: string, path: string): Token[] {
  const invalid = () =>
    new CodedError('template.invalid', 'The binding cannot be parsed.', {
      path,
      hint: `Write a short expression between \`\${\` and \`}\`, at most ${maxLength} characters.`,
    });
  if (source.length > maxLength) throw invalid();
  const tokens: Token[] = [];
  token.lastIndex = 0;
  const text = source.trimEnd();
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) throw invalid();
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

/** The paths to fields that an expression reads, in their order. */
export function pathsOf(expression: Expression): FieldPath[] {
  switch (expression.kind) {
    case 'path':
      return [expression];
    case 'call':
      return expression.args.flatMap(pathsOf);
    case 'not':
      return pathsOf(expression.of);
    case 'compare':
    case 'and':
    case 'or':
    case 'default':
      return [...pathsOf(expression.left), ...pathsOf(expression.right)];
    default:
      return [];
  }
}

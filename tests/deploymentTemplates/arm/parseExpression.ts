/** One node of a parsed Azure Resource Manager template expression. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly property: Expression };

const token = /\s*(?:'((?:[^']|'')*)'|(-?\d+)|([A-Za-z_]\w*)|([()[\],.]))/y;

/**
 * Tells whether a string in a template is an expression: it starts with a bracket, and not with the escape `[[`.
 * Azure takes one without its closing bracket as plain text; here it is a mistake.
 */
export function isExpression(text: string): boolean {
  return text.startsWith('[') && !text.startsWith('[[');
}

/**
 * Parses a bracketed expression such as `[concat('a', parameters('b').c[0])]`.
 * @throws SyntaxError with the offset, for unbalanced brackets or quotes and anything left over.
 */
export function parseExpression(text: string): Expression {
  if (!text.endsWith(']')) throw new SyntaxError(`closing bracket expected: ${text}`);
  const tokens = tokenize(text.slice(1, -1));
  let position = 0;

  const peek = () => tokens[position];
  const take = () => {
    const next = tokens[position];
    if (next === undefined) throw new SyntaxError(`expression ends too early: ${text}`);
    position += 1;
    return next;
  };
  const expect = (sign: string) => {
    const next = take();
    if (next.kind !== 'sign' || next.value !== sign) throw new SyntaxError(`${sign} expected: ${text}`);
  };
  const isSign = (sign: string) => peek()?.kind === 'sign' && peek()?.value === sign;

  function parseArguments(): Expression[] {
    expect('(');
    const found: Expression[] = [];
    while (!isSign(')')) {
      if (found.length > 0) expect(',');
      found.push(parseValue());
    }
    expect(')');
    return found;
  }

  function parseValue(): Expression {
    const first = take();
    if (first.kind === 'sign') throw new SyntaxError(`unexpected ${first.value}: ${text}`);
    let value: Expression =
      first.kind === 'name'
        ? { kind: 'call', name: first.value, arguments: parseArguments() }
        : { kind: 'literal', value: first.value };
    while (isSign('.') || isSign('[')) {
      if (take().value === '.') {
        const name = take();
        if (name.kind !== 'name') throw new SyntaxError(`property name expected after a dot: ${text}`);
        value = { kind: 'member', of: value, property: { kind: 'literal', value: name.value } };
      } else {
        value = { kind: 'member', of: value, property: parseValue() };
        expect(']');
      }
    }
    return value;
  }

  const expression = parseValue();
  if (peek() !== undefined) throw new SyntaxError(`something follows the expression: ${text}`);
  return expression;
}

type Token =
  | { readonly kind: 'string' | 'name' | 'sign'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number };

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new SyntaxError(`cannot read at ${start}: ${text}`);
    const [, string, number, name, sign] = match;
    if (string !== undefined) tokens.push({ kind: 'string', value: string.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) });
    else if (name !== undefined) tokens.push({ kind: 'name', value: name });
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign });
  }
  return tokens;
}

import type { Json } from '../../../cards/card.ts';
import { suggestOneOf } from '../../../cards/closest.ts';
import { componentModules } from '../../../cards/components/componentTypes.ts';
import type { Members } from '../../../cards/components/members.ts';
import { formatGenesysMessage } from '../../../cards/formats/genesysMessage.ts';
import type { UrlPolicy } from '../../../cards/richText/urlPolicy.ts';
import { findNodeAt, type SchemaNode } from '../../../cards/schemaNode.ts';
import { type CompiledTemplate, proveSample } from '../../../cards/templates/compileTemplate.ts';
import {
  type Expression,
  type FieldPath,
  parseExpression,
  pathsOf,
} from '../../../cards/templates/expression.ts';
import type { TemplateFile } from '../../../cards/templates/templateFile.ts';
import { payloadForms, routeOf } from '../../../dialogs/recognizer/payloadRoutes.ts';
import { findValueAt } from './explainIssue.ts';
import type { Found } from './findProblems.ts';
import type { Keys } from './jsonSource.ts';

/** The warnings of `lint`: valid parts that may surprise somebody. */
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

type Rule = keyof typeof lintRules;

const listTextNames = (members: Members): string[] =>
  Object.entries(members).flatMap(([name, member]) => {
    if (member.kind === 'list') return member.items.flatMap(listTextNames);
    return member.kind === 'line' || member.kind === 'body' ? name : [];
  });

/** The texts of a card that people read. */
const textKeys = new Set(componentModules.flatMap(({ members }) => listTextNames(members)));
const answering: ReadonlySet<unknown> = new Set(['postback', 'webchat']);
const payloads = payloadForms.map(([form]) => form);

/** The surroundings of a place of a template. */
interface Around {
  readonly root: SchemaNode;
  readonly data: SchemaNode | undefined;
  /** Fields that `$when` requires. */
  readonly guarded: ReadonlySet<string>;
  readonly isMarkdown: boolean;
  /** Inside a carousel, where all pictures have one shape. */
  readonly isInCarousel: boolean;
}

/** Finds valid parts of a template that may surprise somebody; `template` is undefined when the file has errors. */
export function findWarnings(
  file: TemplateFile,
  template: CompiledTemplate | undefined,
  policy: UrlPolicy,
): Found[] {
  const warnings: Found[] = [];
  const warn = (code: Rule, keys: Keys, message: string, hint: string) =>
    warnings.push({ severity: 'warning', code, keys, message, hint });
  // The file was parsed from JSON, so its schema is JSON.
  const root = file.fields as SchemaNode;
  const used = new Set<string>();
  const declared = new Set(listDeclaredNames(root, []).map((keys) => String(keys.at(-1))));

  const lookAtText = (value: unknown, keys: Keys, around: Around): void => {
    const isOne = typeof value === 'string';
    const texts: [Keys, string][] = isOne
      ? [[keys, value]]
      : Object.entries(Object(value)).map(([locale, text]) => [[...keys, locale], String(text)]);
    const [default_ = ''] = file.locales;
    const missing = file.locales.filter((locale) => isOne || findValueAt(value, [locale]) === undefined);
    const isSame = isOne && (file.locales.length === 1 || !/\p{L}/u.test(keepFixedText(value)));
    if (!isSame && missing.length > 0 && !(isOne && keys.at(-1) === 'altText'))
      warn(
        'lint.translation',
        keys,
        isOne
          ? `This text is the same for ${file.locales.join(', ')}.`
          : `There is no text for ${missing.join(', ')}.`,
        isOne
          ? `Write an object with a text for each locale: { ${file.locales.map((one) => `"${one}": "…"`).join(', ')} }.`
          : missing.includes(default_)
            ? 'Add it: the text of the first locale stands in where another is missing.'
            : `Add it; until then customers read the one for ${default_}.`,
      );
    for (const [at, text] of texts) {
      const locale = at.at(-1);
      if (!isOne && typeof locale === 'string' && !file.locales.includes(locale))
        warn(
          'lint.translation',
          at,
          `The template has no locale ${locale}.`,
          suggestOneOf(locale, file.locales),
        );
      if (/<\/?[a-z][^<>]*>/i.test(keepFixedText(text)))
        warn(
          'lint.html',
          at,
          'Customers would read this HTML as it is written.',
          'Use a body with "markdown": true.',
        );
      if (around.isMarkdown && /~~[^~]+~~/.test(text))
        warn(
          'lint.strike',
          at,
          'Bot Connector v1 and v2 and Adaptive Cards show struck-through text without the stroke: the old price looks like the new one.',
          'Say it in words, such as "was €80".',
        );
      const lookAlike = findAlmostBinding(keepFixedText(text), declared);
      if (lookAlike !== undefined)
        warn(
          'lint.binding',
          at,
          `Customers would read ${lookAlike} as it is written.`,
          'Write a binding as ${name}, with a brace at its end.',
        );
      if (!around.isMarkdown && /\*\*[^\s*][^*]*\*\*|\]\((?:https?|mailto):/.test(keepFixedText(text)))
        warn(
          'lint.markdown',
          at,
          'Customers would read these marks as they are written.',
          'Use a body with "markdown": true, or leave the marks out.',
        );
      if (at.includes('altText') && /^\S+\.(?:png|jpe?g|gif|webp|svg)$/i.test(text))
        warn(
          'lint.picture',
          at,
          'The alternative text is the name of a file: it is read to people who cannot see the picture.',
          'Say in a few words what the picture shows.',
        );
      const lost = lostBy(text, around);
      if (lost !== undefined)
        warn(
          'lint.absentField',
          at,
          `When the optional field ${lost} is absent, this whole text is left out.`,
          `Write \${${lost} ?? '…'}, or give it a line of its own with "$when": "\${exists(${lost})}".`,
        );
    }
  };

  const lookAtPayload = (payload: unknown, keys: Keys): void => {
    if (typeof payload !== 'string' || payload.includes(' ')) return;
    const sample = payload.replace(/\$\{[^}]*\}/g, '12345');
    const route = routeOf(sample);
    if (payload.startsWith('${') || (route !== undefined && route.intent !== 'none')) return;
    if (route === undefined && !/^[a-z][a-z.]*(?:[:_-].*)?$/i.test(sample)) return;
    const [name = ''] = payload.split(':');
    const known = suggestOneOf(name, [...new Set(payloads.map((one) => one.split(':', 1)[0] ?? one))]);
    const meant = known.startsWith('Did') ? `${known.split('?')[0]}? ` : '';
    warn(
      'lint.unknownPayload',
      keys,
      'No dialog of the bot understands this payload.',
      `${meant}There are: ${payloads.join(', ')}. Ignore this warning when your own dialog understands it.`,
    );
  };

  const walk = (value: unknown, keys: Keys, around: Around): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) walk(item, [...keys, i], around);
      return;
    }
    const node: Record<string, unknown> = { ...value };
    const list = pathsIn(node.$data)[0];
    const data = list === undefined ? around.data : findItemSchema(list, around);
    const inner: Around = {
      ...around,
      data,
      guarded: new Set([...around.guarded, ...pathsIn(node.$when).map(({ keys: path }) => path.join('.'))]),
      isMarkdown: node.type === 'body' && node.markdown === true,
      isInCarousel: around.isInCarousel || node.type === 'carousel',
    };
    const wrong = findNeverTrue(node.$when, inner);
    if (wrong !== undefined)
      warn(
        'lint.comparison',
        [...keys, '$when'],
        `The field ${wrong} never has this value.`,
        'Compare a number without quotes, a text in quotes, and one of the values of an `enum`.',
      );
    if (
      node.type === 'image' &&
      /(?<![a-z])(?:qr|barcode|strichcode|aztec)/i.test(`${node.url} ${JSON.stringify(node.altText)}`)
    )
      warn(
        'lint.picture',
        [...keys, 'url'],
        'Genesys clients fill a frame with a picture and crop what stands over: a code may lose its edges.',
        'Leave a wide border around the code, or send its number as text, too.',
      );
    for (const [key, child] of Object.entries(node)) {
      if (textKeys.has(key)) lookAtText(child, [...keys, key], inner);
      else if (key === 'payload' && (answering.has(node.action) || node.action === undefined))
        lookAtPayload(child, [...keys, key]);
      else walk(child, [...keys, key], inner);
    }
  };
  const outside: Around = { root, data: root, guarded: new Set(), isMarkdown: false, isInCarousel: false };
  walk(file.card.components, ['card', 'components'], outside);
  lookAtText(file.text, ['text'], outside);

  for (const [i, locale] of file.locales.entries()) {
    const meant = locale.replaceAll('_', '-');
    const isLanguage = languages.of(meant.split('-')[0] ?? '') !== undefined;
    if (isLanguage && meant === locale && file.locales.indexOf(locale) === i) continue;
    warn(
      'lint.locale',
      ['locales', i],
      isLanguage && meant === locale
        ? `The locale ${locale} appears twice.`
        : `${locale} is not a language of BCP 47.`,
      isLanguage && meant !== locale ? `Write ${meant}.` : 'Write it like "en" or "pt-BR", once.',
    );
  }
  for (const keys of listDeclaredNames(root, [])) {
    const node = Object(findValueAt(root, keys));
    const pairs = [
      ['minLength', 'maxLength'],
      ['minimum', 'maximum'],
      ['minItems', 'maxItems'],
    ] as const;
    for (const [least, most] of pairs)
      if (node[least] > node[most])
        warn(
          'lint.limits',
          ['fields', ...keys, least],
          `${least} is larger than ${most}: no value fits.`,
          'Exchange the two, or correct one.',
        );
  }
  for (const { keys } of [...pathsIn(JSON.stringify(file.card)), ...pathsIn(JSON.stringify(file.text))])
    for (const key of keys) used.add(String(key));
  for (const keys of listDeclaredNames(root, ['fields'])) {
    const name = String(keys.at(-1));
    if (!used.has(name))
      warn(
        'lint.unusedField',
        keys,
        `No text of the card uses the field ${name}.`,
        'Use it, or remove it from `fields` and the samples.',
      );
  }
  return [...warnings, ...findDegradations(file, template, policy)];
}

/** Finds parts of the card that Genesys shows in another way on v1 and v2. */
function findDegradations(
  file: TemplateFile,
  template: CompiledTemplate | undefined,
  policy: UrlPolicy,
): Found[] {
  if (template === undefined) return [];
  const told = new Map<string, Found>();
  for (const sample of Object.keys(file.samples)) {
    for (const card of proveSample(template, sample, file.locales[0] ?? 'en', policy)) {
      for (const { what } of formatGenesysMessage(card).changes.filter(({ what }) =>
        /became text|left out|moved|shortened/.test(what),
      )) {
        if (what.includes('alternative text')) continue;
        const message = `On v1 and v2: ${what} (sample "${sample}").`;
        if (!told.has(what))
          told.set(what, {
            severity: 'warning',
            code: 'lint.degraded',
            keys: ['card', 'components'],
            message,
            hint: `Look at it: npm run cards -- preview ${template.ref.id} --sample ${sample} --format genesys.`,
          });
      }
    }
  }
  return [...told.values()];
}

const languages = {
  /** The name of a language; undefined for anything else. */
  of: (code: string): string | undefined => {
    try {
      return new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(code);
    } catch {
      return undefined;
    }
  },
};

/** Finds text that looks like a binding of another language, or like a binding without its end. */
function findAlmostBinding(text: string, declared: ReadonlySet<string>): string | undefined {
  if (text.includes('${')) return '${';
  const [found] = /\{\{[^{}]*\}\}/.exec(text) ?? [];
  if (found !== undefined) return found;
  const names = text.matchAll(/\{(\w+)\}|\$(\w+)|%(\w+)%|<(\w+)>/g);
  return [...names].find(([, ...all]) => all.some((name) => name !== undefined && declared.has(name)))?.[0];
}

/** Finds the field that a condition compares with a value of another type, or with one that its `enum` does not have. */
function findNeverTrue(when: unknown, around: Around): string | undefined {
  const source = typeof when === 'string' ? /^\$\{(.*)\}$/s.exec(when)?.[1] : undefined;
  const all: Expression[] = source === undefined ? [] : [tryParse(source)].filter((one) => one !== undefined);
  for (let one = all.pop(); one !== undefined; one = all.pop()) {
    if (one.kind === 'and' || one.kind === 'or' || one.kind === 'default') all.push(one.left, one.right);
    if (one.kind === 'not') all.push(one.of);
    if (one.kind !== 'compare' || one.left.kind !== 'path' || one.right.kind !== 'literal') continue;
    const { root, keys } = one.left;
    const node = findNodeAt(root === '$root' ? around.root : around.data, keys);
    const { value } = one.right;
    if (node === undefined || value === null) continue;
    const isOther =
      typeof node.type === 'string' &&
      (['number', 'integer'].includes(node.type) ? 'number' : node.type) !== typeof value;
    if (isOther || (Array.isArray(node.enum) && !node.enum.includes(value))) return keys.join('.');
  }
  return undefined;
}

const binding = /\$\{([^}]*)\}/g;

function keepFixedText(text: string): string {
  return text.replace(binding, '');
}

/** The fields that the bindings of a text name; an invalid binding, which is an error, has none. */
function pathsIn(text: unknown): FieldPath[] {
  if (typeof text !== 'string') return [];
  return [...text.matchAll(binding)].flatMap(([, inner = '']) => {
    const expression = tryParse(inner);
    return expression === undefined ? [] : pathsOf(expression);
  });
}

function tryParse(source: string): Expression | undefined {
  try {
    // In a file that was written again as JSON, quotes are escaped.
    return parseExpression(source.replaceAll('\\"', '"'), '$');
  } catch {
    return undefined;
  }
}

/** Finds the optional field whose absence removes other values or lines of the text. */
function lostBy(text: string, around: Around): string | undefined {
  const bindings = [...text.matchAll(binding)].flatMap(([, inner = '']) => tryParse(inner) ?? []);
  if (bindings.length < 2) return undefined;
  const names = (expression: Expression) => pathsOf(expression).map(({ keys }) => keys.join('.'));
  const all = new Set(bindings.flatMap(names));
  for (const one of bindings) {
    const needed =
      one.kind === 'path'
        ? one
        : one.kind === 'call' && one.name.startsWith('format')
          ? one.args[0]
          : undefined;
    if (needed?.kind !== 'path' || !isOptional(needed, around)) continue;
    const name = needed.keys.join('.');
    const others = [...all].filter((other) => other !== name && !names(one).includes(other));
    if (others.length > 0 && !around.guarded.has(name)) return name;
  }
  return undefined;
}

/** Says whether a field, or one on the way to it, may be absent. */
function isOptional({ root, keys }: FieldPath, around: Around): boolean {
  const start = root === '$root' ? around.root : around.data;
  return keys.some((key, at) => {
    const parent = findNodeAt(start, keys.slice(0, at));
    const node = findNodeAt(start, keys.slice(0, at + 1));
    if (parent === undefined || node === undefined || typeof key === 'number') return false;
    const required: Json | undefined = parent.required;
    return node.default === undefined && !(Array.isArray(required) && required.includes(key));
  });
}

function findItemSchema({ root, keys }: FieldPath, around: Around): SchemaNode | undefined {
  return findNodeAt(root === '$root' ? around.root : around.data, [...keys, 0]);
}

/** The places of all declared fields. */
function listDeclaredNames(schema: unknown, at: Keys): Keys[] {
  const properties = findValueAt(schema, ['properties']);
  const own = Object.entries(Object(properties ?? {})).flatMap(([name, node]) => {
    const place = [...at, 'properties', name];
    return [place, ...listDeclaredNames(node, place)];
  });
  const items = findValueAt(schema, ['items']);
  return items === undefined ? own : [...own, ...listDeclaredNames(items, [...at, 'items'])];
}

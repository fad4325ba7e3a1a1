import { findClosest, suggestName, suggestOneOf } from '../../../cards/closest.ts';
import type { Members } from '../../../cards/components/componentModule.ts';
import { componentModules } from '../../../cards/components/componentTypes.ts';
import { formatGenesysMessage } from '../../../cards/formats/genesysMessage.ts';
import { asNode, propertiesOf, type SchemaNode } from '../../../cards/json.ts';
import type { UrlPolicy } from '../../../cards/richText/urlPolicy.ts';
import { type CompiledTemplate, proveSample } from '../../../cards/templates/compileTemplate.ts';
import type { TemplateFile } from '../../../cards/templates/readTemplates.ts';
import { payloadForms, routeOf } from '../../../dialogs/recognizer/payloadRoutes.ts';
import {
  findAlmostBinding,
  findField,
  findLosingField,
  findNeverTrue,
  nameOf,
  pathsIn,
  type SchemaScope,
  withoutBindings,
} from './bindings.ts';
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
interface Around extends SchemaScope {
  /** Fields that `$when` requires. */
  readonly guarded: readonly string[];
  readonly isMarkdown: boolean;
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
  const fields = listFields(root, ['fields']);
  const declared = new Set(fields.map(({ name }) => name));
  const outside: Around = { root, data: root, guarded: [], isMarkdown: false };

  const lookAtText = (value: unknown, keys: Keys, around: Around): void => {
    const isAlternative = keys.at(-1) === 'altText';
    const texts: [Keys, string][] =
      typeof value === 'string'
        ? [[keys, value]]
        : Object.entries(Object(value)).map(([locale, text]) => [[...keys, locale], String(text)]);
    if (typeof value !== 'string') lookAtTranslations(Object(value), keys);
    else if (file.locales.length > 1 && !isAlternative && /\p{L}/u.test(withoutBindings(value)))
      warn(
        'lint.translation',
        keys,
        `This text is the same for ${file.locales.join(', ')}.`,
        `Write an object with a text for each locale: { ${file.locales.map((one) => `"${one}": "…"`).join(', ')} }.`,
      );
    for (const [at, text] of texts) {
      const fixed = withoutBindings(text);
      if (/<\/?[a-z][^<>]*>/i.test(fixed))
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
      const almost = findAlmostBinding(fixed, declared);
      if (almost !== undefined)
        warn(
          'lint.binding',
          at,
          `Customers would read ${almost} as it is written.`,
          'Write a binding as ${name}, with a brace at its end.',
        );
      if (!around.isMarkdown && /\*\*[^\s*][^*]*\*\*|\]\((?:https?|mailto):/.test(fixed))
        warn(
          'lint.markdown',
          at,
          'Customers would read these marks as they are written.',
          'Use a body with "markdown": true, or leave the marks out.',
        );
      if (isAlternative && /^\S+\.(?:png|jpe?g|gif|webp|svg)$/i.test(text))
        warn(
          'lint.picture',
          at,
          'The alternative text is the name of a file: it is read to people who cannot see the picture.',
          'Say in a few words what the picture shows.',
        );
      const lost = findLosingField(text, around, around.guarded);
      if (lost !== undefined)
        warn(
          'lint.absentField',
          at,
          `When the optional field ${lost} is absent, this whole text is left out.`,
          `Write \${${lost} ?? '…'}, or give it a line of its own with "$when": "\${exists(${lost})}".`,
        );
    }
  };

  const lookAtTranslations = (texts: object, keys: Keys): void => {
    const [first = ''] = file.locales;
    const missing = file.locales.filter((locale) => !Object.hasOwn(texts, locale));
    if (missing.length > 0)
      warn(
        'lint.translation',
        keys,
        `There is no text for ${missing.join(', ')}.`,
        missing.includes(first)
          ? 'Add it: the text of the first locale stands in where another is missing.'
          : `Add it; until then customers read the one for ${first}.`,
      );
    for (const locale of Object.keys(texts))
      if (!file.locales.includes(locale))
        warn(
          'lint.translation',
          [...keys, locale],
          `The template has no locale ${locale}.`,
          suggestOneOf(locale, file.locales),
        );
  };

  const lookAtPayload = (payload: unknown, keys: Keys): void => {
    if (typeof payload !== 'string' || payload.includes(' ')) return;
    const sample = payload.replace(/\$\{[^}]*\}/g, '12345');
    const route = routeOf(sample);
    if (payload.startsWith('${') || (route !== undefined && route.intent !== 'none')) return;
    if (route === undefined && !/^[a-z][a-z.]*(?:[:_-].*)?$/i.test(sample)) return;
    const [name = ''] = payload.split(':');
    const known = findClosest(
      name,
      payloads.map((one) => one.split(':', 1)[0] ?? one),
    );
    warn(
      'lint.unknownPayload',
      keys,
      'No dialog of the bot understands this payload.',
      `${suggestName(known)}There are: ${payloads.join(', ')}. Ignore this warning when your own dialog understands it.`,
    );
  };

  const walk = (value: unknown, keys: Keys, around: Around): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) walk(item, [...keys, i], around);
      return;
    }
    const node: Record<string, unknown> = { ...value };
    const [list] = pathsIn(node.$data);
    const inner: Around = {
      root,
      data: list === undefined ? around.data : findField(list, around, [0]),
      guarded: [...around.guarded, ...pathsIn(node.$when).map(nameOf)],
      isMarkdown: node.type === 'body' && node.markdown === true,
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
  walk(file.card.components, ['card', 'components'], outside);
  lookAtText(file.text, ['text'], outside);

  for (const [i, locale] of file.locales.entries()) {
    const meant = locale.replaceAll('_', '-');
    const hint = 'Write it like "en" or "pt-BR", once.';
    if (!isLanguage(meant) || meant !== locale)
      warn(
        'lint.locale',
        ['locales', i],
        `${locale} is not a language of BCP 47.`,
        isLanguage(meant) ? `Write ${meant}.` : hint,
      );
    else if (file.locales.indexOf(locale) !== i)
      warn('lint.locale', ['locales', i], `The locale ${locale} appears twice.`, hint);
  }
  const used = new Set(
    [file.card, file.text]
      .flatMap(stringsIn)
      .flatMap(pathsIn)
      .flatMap(({ keys }) => keys),
  );
  for (const { name, node, keys } of fields) {
    for (const [least, most] of bounds)
      if (Number(node[least]) > Number(node[most]))
        warn(
          'lint.limits',
          [...keys, least],
          `${least} is larger than ${most}: no value fits.`,
          'Exchange the two, or correct one.',
        );
    if (!used.has(name))
      warn(
        'lint.unusedField',
        keys,
        `No text of the card uses the field ${name}.`,
        'Use it, or remove it from `fields` and the samples.',
      );
  }
  if (template !== undefined) warnings.push(...findDegradations(template, policy));
  return warnings;
}

const bounds = [
  ['minLength', 'maxLength'],
  ['minimum', 'maximum'],
  ['minItems', 'maxItems'],
] as const;

/** Finds parts of the card that Genesys shows in another way on v1 and v2. */
function findDegradations(template: CompiledTemplate, policy: UrlPolicy): Found[] {
  const { samples, locales } = template.file;
  const found = Object.keys(samples).flatMap((sample) =>
    proveSample(template, sample, locales[0] ?? 'en', policy)
      .flatMap((card) => formatGenesysMessage(card).changes)
      .filter(({ what }) => /became text|left out|moved|shortened/.test(what))
      .filter(({ what }) => !what.includes('alternative text'))
      .map(({ what }) => ({ what, sample })),
  );
  return [...Map.groupBy(found, ({ what }) => what)].map(([what, [first]]) => ({
    severity: 'warning',
    code: 'lint.degraded',
    keys: ['card', 'components'],
    message: `On v1 and v2: ${what} (sample "${first?.sample}").`,
    hint: `Look at it: npm run cards -- preview ${template.ref.id} --sample ${first?.sample} --format genesys.`,
  }));
}

/** Says whether a locale begins with a language that has a name. */
function isLanguage(locale: string): boolean {
  try {
    const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
    return names.of(locale.split('-')[0] ?? '') !== undefined;
  } catch {
    return false;
  }
}

/** All texts inside a value of JSON. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** All declared fields with their places, also those of objects and lists. */
function listFields(schema: SchemaNode, at: Keys): { name: string; node: SchemaNode; keys: Keys }[] {
  const own = propertiesOf(schema).flatMap(([name, node]) => {
    const keys = [...at, 'properties', name];
    return [{ name, node, keys }, ...listFields(node, keys)];
  });
  const items = asNode(schema.items);
  return items === undefined ? own : [...own, ...listFields(items, [...at, 'items'])];
}

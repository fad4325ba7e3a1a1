import { type Card, type Component, idPattern, type Json } from '../card.ts';
import {
  type Change,
  type CheckedCard,
  checkCard,
  measure,
  requireUniquePayloads,
  sealCard,
  type TemplateRef,
} from '../checks/checkedCard.ts';
import { cleanFields } from '../checks/treat.ts';
import { writeFallbackText } from '../components/componentTypes.ts';
import { CodedError } from '../errors.ts';
import type { SchemaNode } from '../json.ts';
import { canonicalizeLocale, directionOf, formatLocale, pickLocale } from '../locale.ts';
import { hasVisibleText } from '../richText/text.ts';
import { anyPublicHost, type UrlPolicy } from '../richText/urlPolicy.ts';
import { makeSequentialId } from '../sequentialId.ts';
import { compileComponents } from './compileComponents.ts';
import { attempt, type CompileContext, leftOut } from './compileContext.ts';
import { compileFallback } from './compileText.ts';
import { fillPart, type Scope } from './evaluate.ts';
import { FieldSchema } from './fieldSchema.ts';
import { fitComponents } from './fitComponents.ts';
import { addressOf, type TemplateFile } from './readTemplates.ts';

/** A template, compiled for each of its locales; its static parts were checked at load. */
export interface CompiledTemplate {
  readonly file: TemplateFile;
  readonly ref: TemplateRef;
  /**
   * Makes the cards of one request: one, or several where the template splits a card over the limits.
   * `fields` must be plain JSON of the caller's own; declared defaults are filled in place.
   *
   * @throws CodedError `template.*` for the fields, `card.*` for the card that the values make.
   */
  compose(fields: Json, options?: ComposeOptions): CheckedCard[];
}

/** The options of a request besides its fields. */
export interface ComposeOptions {
  /** BCP 47; default: the first locale of the template. */
  locale?: string | undefined;
  /** Default: a new UUID. Further cards of a split get `-2`, `-3` … behind it, for which it must leave room. */
  messageId?: string | undefined;
  /** The time that relative dates count from; default: the clock. */
  now?: (() => Date) | undefined;
}

/**
 * Compiles a template file.
 *
 * Chosen over adaptivecards-templating because there a missing field shows its own placeholder, nothing is checked before a
 * customer sees it, and each card is a walk over the whole template; docs/design-notes.md has the figures.
 *
 * @throws CodedError `template.invalid` with the path in the file and a hint.
 */
export function compileTemplate(file: TemplateFile, hash: string, policy = anyPublicHost): CompiledTemplate {
  // The file was parsed from JSON, so its schema and components are JSON.
  const schema = new FieldSchema(file.fields as SchemaNode);
  const ref: TemplateRef = { id: addressOf(file), version: String(file.version), hash };
  const compiled = new Map(
    file.locales.map((locale) => [locale, compileLocale(file, locale, schema.root, policy)] as const),
  );
  const [defaultLocale = 'en'] = file.locales;
  const templateMatrix = {
    templateId: ref.id,
    layoutEngine: 'flexbox',
    version: ref.version,
    fallbackBehavior: 'textOnly',
  } satisfies Card['templateMatrix'];

  const compose = (fields: Json, options: ComposeOptions = {}): CheckedCard[] => {
    schema.check(fields);
    const locale = pickLocale(options.locale, file.locales) ?? defaultLocale;
    const parts = compiled.get(locale);
    if (parts === undefined) throw new CodedError('template.invalid', `There is no locale ${locale}.`);
    const messageId = options.messageId === undefined ? makeSequentialId() : requireId(options.messageId);
    const changes: Change[] = [];
    const scope: Scope = {
      root: fields,
      data: fields,
      index: undefined,
      locale: formatLocale(options.locale, parts.locale),
      now: options.now ?? (() => new Date()),
      repeated: { count: 0 },
      changes,
    };
    const components = fillPart(parts.components, scope);
    if (components === undefined) {
      throw new CodedError(
        'template.missingField',
        'The card is empty: every component needs a field that is absent.',
        { path: 'fields:$' },
      );
    }
    const text = fillPart(parts.text, scope);
    if (text === undefined) {
      throw new CodedError('template.missingField', 'A field of the text fallback is absent.', {
        path: 'template:$.text',
      });
    }
    const lists = fitAndMeasure(components, file.overLimit, changes);
    const dynamicFields = cleanFields(fields, schema.root, policy, 'fields:$');
    return lists.map((list, i) => {
      const id = i === 0 ? messageId : requireId(`${messageId}-${i + 1}`);
      const card: Card = { messageId: id, templateMatrix, dynamicFields, components: list };
      return sealCard(JSON.stringify(card), {
        messageId: id,
        text: i === 0 && hasVisibleText(text) ? text : writeFallbackText(list),
        locale: parts.locale,
        direction: parts.direction,
        template: ref,
        changes,
      });
    });
  };
  return { file, ref, compose };
}

function requireId(messageId: string): string {
  if (idPattern.test(messageId)) return messageId;
  throw new CodedError('card.schema', 'The messageId has an invalid form.', {
    path: 'request:$.messageId',
  });
}

/** Makes the components fit where the template allows it, and holds them to the limits of a card. */
function fitAndMeasure(
  components: Component[],
  overLimit: TemplateFile['overLimit'],
  changes: Change[],
): Component[][] {
  const lists = overLimit === 'refuse' ? [components] : fitComponents(components, overLimit, changes);
  for (const list of lists) {
    measure(list);
    requireUniquePayloads(list);
  }
  return lists;
}

function compileLocale(
  file: TemplateFile,
  locale: string,
  root: SchemaNode,
  policy: UrlPolicy,
  report?: CompileContext['report'],
) {
  const context: CompileContext = {
    path: 'template:$.card.components',
    locale,
    defaultLocale: file.locales[0] ?? locale,
    policy,
    root,
    data: root,
    overLimit: file.overLimit,
    report,
  };
  // Zod saw a list of objects; JSON cannot hold anything but JSON below them.
  const source = file.card.components as Json;
  const components = attempt(context, () => compileComponents(source, context), leftOut);
  const at = { ...context, path: 'template:$.text' };
  const text = attempt(context, () => compileFallback(file.text, at), leftOut);
  return { components, text, locale: canonicalizeLocale(locale), direction: directionOf(locale) };
}

/** Finds the mistakes for which `compileTemplate` refuses a file: the first one of each part, for each locale. */
export function findMistakes(file: TemplateFile, policy: UrlPolicy): CodedError[] {
  const mistakes: CodedError[] = [];
  const report = (mistake: CodedError) => mistakes.push(mistake);
  // As in `compileTemplate`.
  const root = file.fields as SchemaNode;
  attempt({ report }, () => new FieldSchema(root), undefined);
  for (const locale of file.locales) compileLocale(file, locale, root, policy, report);
  return mistakes;
}

/** Composes a sample and runs the full check of raw cards over it, so that the compiler itself is under watch. */
export function proveSample(
  template: CompiledTemplate,
  sample: string,
  locale: string,
  policy: UrlPolicy,
): CheckedCard[] {
  const fields = template.file.samples[sample];
  // A sample is JSON of the template file; compose fills defaults in place, so each proof gets its own copy.
  const cards = template.compose(structuredClone(fields) as Json, { locale, messageId: `sample-${sample}` });
  for (const card of cards) checkCard(card.card, { policy, locale });
  return cards;
}

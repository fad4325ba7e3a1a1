import { createHash } from 'node:crypto';
import type { Change } from '../../cards/checks/checkedCard.ts';
import { parseJson } from '../../cards/checks/plainJson.ts';
import { createSchemaError } from '../../cards/checks/schemaError.ts';
import type { Said } from '../../cards/components/componentModule.ts';
import { sayAll } from '../../cards/components/componentTypes.ts';
import { CodedError } from '../../cards/errors.ts';
import { formatAdaptiveCards } from '../../cards/formats/adaptiveCard.ts';
import { formatGuestMessage } from '../../cards/formats/allFormats.ts';
import { formatGenesysMessage } from '../../cards/formats/genesysMessage.ts';
import type { Json } from '../../cards/json.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { compileTemplate, proveSample } from '../../cards/templates/compileTemplate.ts';
import { templateFileSchema } from '../../cards/templates/readTemplates.ts';
import { type Barrier, findBarriers } from './findBarriers.ts';
import { type LimitUse, measureLimits } from './limitsUsed.ts';

/** Chooses a card of a template; default: its first sample in its first locale. */
export interface Chosen {
  readonly sample?: string | undefined;
  readonly locale?: string | undefined;
}

/** A card of a template as each receiver gets it. */
export interface Preview {
  readonly title: string;
  readonly samples: readonly string[];
  readonly locales: readonly string[];
  readonly sample: string;
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  /** For each route the messages, and the changes that it needed. */
  readonly guest: Shown;
  readonly genesys: Shown;
  readonly adaptive: Shown;
  readonly text: Shown;
  /** The use of each limit, the fullest first; each of several cards has its own. */
  readonly limits: readonly LimitUse[];
  /** The texts of a screen reader, and the barriers for people who use one. */
  readonly spoken: readonly Omit<Said, 'line'>[];
  readonly barriers: readonly Barrier[];
}

interface Shown {
  readonly messages: readonly unknown[];
  readonly changes: readonly Change[];
}

/**
 * Composes a card from the text of a template file, by the compiler, checks and formats of the bot.
 *
 * @throws CodedError the first mistake of the text, or of the sample
 */
export function previewTemplate(text: string, chosen: Chosen, policy: UrlPolicy): Preview {
  const { file, samples, sample, locale, cards } = composeSample(text, chosen, policy);
  const changes = cards.flatMap((card) => card.changes);
  const genesys = cards.map((card) => formatGenesysMessage(card));
  return {
    title: file.title,
    samples,
    locales: file.locales,
    sample,
    locale,
    direction: cards[0]?.direction ?? 'ltr',
    guest: { messages: cards.map(formatGuestMessage), changes },
    genesys: {
      messages: genesys.flatMap(({ messages }) => messages),
      changes: [...changes, ...genesys.flatMap((one) => one.changes)],
    },
    adaptive: { messages: cards.flatMap((card) => formatAdaptiveCards(card)), changes },
    text: { messages: cards.map(({ text }) => text), changes },
    limits: cards.flatMap((card) => measureLimits(card)),
    spoken: cards.flatMap(({ card }) =>
      sayAll(card.components, '$.components').map(({ role, text, path }) => ({ role, text, path })),
    ),
    barriers: cards.flatMap((card) => findBarriers(card)),
  };
}

/**
 * Composes the cards of a sample; `compose` composes them again, each time with new ids.
 *
 * @throws CodedError as `previewTemplate`
 */
export function composeSample(text: string, chosen: Chosen, policy: UrlPolicy) {
  const parsed = templateFileSchema.safeParse(parseJson(text, 'template.invalid'));
  if (!parsed.success)
    throw createSchemaError('template.invalid', 'The template file', parsed.error, 'template:$');
  const file = parsed.data;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const template = compileTemplate(file, hash, policy);
  const samples = Object.keys(file.samples);
  const sample = chosen.sample ?? samples[0] ?? '';
  if (!samples.includes(sample))
    throw new CodedError('template.invalid', `There is no sample ${sample}.`, { path: 'template:$.samples' });
  const locale = chosen.locale ?? file.locales[0] ?? 'en';
  const cards = proveSample(template, sample, locale, policy);
  // A sample is JSON of the file; compose fills defaults in place.
  const compose = () => template.compose(structuredClone(file.samples[sample]) as Json, { locale });
  return { file, samples, sample, locale, cards, compose };
}

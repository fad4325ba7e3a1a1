import { z } from 'zod';
import type { Said } from '../conversations/message.ts';
import { type Problem, problemsOf } from '../http/jsonPath.ts';
import { numeric, readReplies } from './contentRules.ts';
import type { RuleNumber } from './rules.ts';

/** What the bot's answer makes the flow do. */
export interface Answer {
  state: 'MoreData' | 'Complete' | 'Failed';
  intent: string | undefined;
  said: Said[];
  parameters: Readonly<Record<string, string>>;
  /** The typed results as one comparable text. */
  slots: string;
  errorCode: string | undefined;
  /** Rules that the answer broke without losing all of it. */
  problems: Problem[];
}

/** One of these words, however its letters are written. */
const anyCase = <const Word extends string>(...words: readonly Word[]) =>
  z.string().transform((text, context): Word => {
    const known = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (known !== undefined) return known;
    context.addIssue(`not one of ${words.join(', ')}`);
    return z.NEVER;
  });

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const currency = z.strictObject({ amount: numeric, code: z.string() });
const entityTypes = ['string', 'integer', 'decimal', 'duration', 'boolean', 'currency', 'datetime'];
const entity = z
  .strictObject({
    name: z.string().min(1).max(100),
    type: z
      .string()
      .refine((type) => entityTypes.includes(type.toLowerCase().replace(/collection$/, '')), 'no such type'),
    value: z.string().nullish(),
    values: z.array(z.string()).nullish(),
  })
  .refine(({ type, value, values }) => ((/collection$/i.test(type) ? values : value) ?? null) !== null, {
    message: 'a collection has values, every other type has a value',
  });

const common = {
  botState: anyCase('MoreData', 'Complete', 'Failed'),
  intent: z.string().min(1).max(100).nullish(),
  confidence: numeric.pipe(z.number().min(0).max(1)).nullish(),
  // Anything but a flat map of strings makes Genesys drop the whole answer.
  parameters: z.record(z.string(), z.string()).nullish(),
  errorInfo: z
    .strictObject({
      errorCode: z.string().nullish(),
      errorMessage: z.string().nullish(),
      code: z.string().nullish(),
      message: z.string().nullish(),
    })
    .nullish(),
};
const replies = z.array(z.unknown()).nullish();

const v1Answer = z.looseObject({
  ...common,
  replymessages: replies,
  replyMessages: replies,
  slotValues: z.record(z.string(), z.union([scalar, z.array(scalar), currency])).nullish(),
});
const v2Fields = { ...common, replyMessages: replies, entities: z.array(entity).nullish() };
const v2Answer = z.looseObject(v2Fields);

/** The body of a v2 bot's own call. `messageId` and `correlationId` are sent by one known library and ignored. */
export const outgoingSchema = z.strictObject({
  ...v2Fields,
  botId: z.string().min(1),
  botVersion: z.string().min(1),
  botSessionId: z.string().min(1),
  languageCode: z.string().min(1),
  messageId: z.string().nullish(),
  correlationId: z.string().nullish(),
});

function findUnknownKeys(value: object, known: Record<string, unknown>): Problem[] {
  return Object.keys(value)
    .filter((key) => !(key in known))
    .map((path) => ({ path, message: 'not a field of this answer', rule: 22 }));
}

const ruleOfField: Readonly<Record<string, RuleNumber>> = {
  botState: 10,
  intent: 11,
  parameters: 16,
  confidence: 17,
  slotValues: 18,
  entities: 19,
  errorInfo: 21,
  replymessages: 23,
  replyMessages: 23,
  botId: 50,
  botVersion: 50,
  botSessionId: 50,
  languageCode: 50,
};

/** The rule that an issue of an answer breaks. */
export function ruleOfAnswer({ code, path: [field] }: z.core.$ZodIssue): RuleNumber {
  if (field === undefined) return code === 'unrecognized_keys' ? 50 : 3;
  return ruleOfField[String(field)] ?? 22;
}

// The formats are those that the SDK's model of an entity documents.
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  string: () => true,
  integer: (text) => /^[+-]?\d+$/.test(text),
  decimal: (text) => /^[+-]?\d+(\.\d+)?$/.test(text),
  boolean: (text) => /^(true|false)$/i.test(text),
  duration: (text) => z.iso.duration().safeParse(text).success,
  datetime: (text) => z.iso.datetime({ offset: true, local: true }).safeParse(text).success,
  currency: (text) => currency.extend({ amount: z.number() }).safeParse(jsonOf(text)).success,
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Values that are not of their type. */
function findWrongValues(entities: readonly z.infer<typeof entity>[]): Problem[] {
  return entities.flatMap(({ type, value, values }, at) => {
    const isCollection = /collection$/i.test(type);
    const fits = formats[type.toLowerCase().replace(/collection$/, '')];
    const texts = isCollection ? (values ?? []) : [value ?? ''];
    return texts.flatMap((text, place): Problem[] => {
      if (fits?.(text) !== false) return [];
      const path = `entities[${at}].${isCollection ? `values[${place}]` : 'value'}`;
      return [{ path, message: `not a ${type.replace(/collection$/i, '')}`, rule: 20 }];
    });
  });
}

/** An answer that could not be used at all, with what was wrong. */
export class BrokenAnswer extends Error {
  override name = 'BrokenAnswer';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems[0]?.message ?? 'broken answer');
    this.problems = problems;
  }
}

/** Reads a v1 answer; throws a BrokenAnswer when Genesys would drop it. */
export function readV1Answer(body: unknown, intents: ReadonlySet<string> | undefined): Answer {
  const parsed = v1Answer.safeParse(body);
  if (!parsed.success) throw new BrokenAnswer(problemsOf(parsed.error, '', ruleOfAnswer));
  const { replymessages, replyMessages, slotValues } = parsed.data;
  const problems = findUnknownKeys(parsed.data, v1Answer.shape);
  if (!replymessages && replyMessages) {
    problems.push({ path: 'replyMessages', message: 'v1 reads replymessages, with a small m', rule: 15 });
  }
  if (!parsed.data.intent)
    problems.push({ path: 'intent', message: 'v1 wants an intent on every turn', rule: 13 });
  return answerOf(parsed.data, { list: replymessages, path: 'replymessages' }, slotValues, problems, intents);
}

/** Reads a v2 answer, in the HTTP answer or in a call of the bot's own; throws a BrokenAnswer like `readV1Answer`. */
export function readV2Answer(body: unknown, intents: ReadonlySet<string> | undefined): Answer {
  const parsed = v2Answer.safeParse(body);
  if (!parsed.success) throw new BrokenAnswer(problemsOf(parsed.error, '', ruleOfAnswer));
  const { replyMessages, entities } = parsed.data;
  const problems = [
    ...findUnknownKeys(parsed.data, outgoingSchema.shape),
    ...findWrongValues(entities ?? []),
  ];
  return answerOf(parsed.data, { list: replyMessages, path: 'replyMessages' }, entities, problems, intents);
}

function answerOf(
  { botState, intent, parameters, errorInfo }: z.infer<z.ZodObject<typeof common>>,
  { list, path }: { list: readonly unknown[] | null | undefined; path: string },
  slots: unknown,
  problems: Problem[],
  intents: ReadonlySet<string> | undefined,
): Answer {
  if (!intent && botState !== 'MoreData') {
    throw new BrokenAnswer([{ path: 'intent', message: `needed when botState is ${botState}`, rule: 12 }]);
  }
  if (intent && intents && !intents.has(intent)) {
    throw new BrokenAnswer([{ path: 'intent', message: 'not an intent of the registered bot', rule: 11 }]);
  }
  const read = readReplies(list ?? [], path);
  return {
    state: botState,
    intent: intent ?? undefined,
    said: read.said,
    parameters: parameters ?? {},
    slots: JSON.stringify(slots ?? null),
    errorCode: errorInfo?.errorCode ?? errorInfo?.code ?? undefined,
    problems: [...problems, ...read.problems],
  };
}

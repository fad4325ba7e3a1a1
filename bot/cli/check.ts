import { z } from 'zod';
import { type CheckedCard, checkCard } from '../../cards/checks/checkedCard.ts';
import { createSchemaError } from '../../cards/checks/schemaError.ts';
import { CodedError } from '../../cards/errors.ts';
import { formatAll } from '../../cards/formats/allFormats.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { loadTemplates, TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { defineCommand, UsageError } from './command.ts';
import { answerLines } from './lines.ts';

/** `check --jsonl`: card requests and cards from standard input, one JSON object a line. */
export const check = defineCommand({
  options: { jsonl: { type: 'boolean', default: false } },
  run({ values }, context) {
    if (!values.jsonl)
      throw new UsageError(
        'Missing --jsonl: the command reads requests from standard input, one JSON object a line.',
      );
    const registry = new TemplateRegistry(loadTemplates(context.templateDirs, context.policy));
    return answerLines(context, (request) => answerTo(request, registry, context.policy));
  },
});

const requestSchema = z.union([
  z.strictObject({
    id: z.unknown(),
    templateId: z.unknown(),
    fields: z.unknown(),
    locale: z.unknown().optional(),
    messageId: z.unknown().optional(),
  }),
  z.strictObject({ id: z.unknown(), card: z.unknown(), locale: z.string().max(35).optional() }),
]);

/** @throws CodedError when the checks refuse what is asked for */
function answerTo(asked: unknown, registry: TemplateRegistry, policy: UrlPolicy): object {
  const request = requestSchema.safeParse(asked);
  if (!request.success) throw requestError(request.error);
  const { id: _, ...rest } = request.data;
  const cards =
    'card' in rest
      ? [checkCard(rest.card, { policy, ...(rest.locale === undefined ? {} : { locale: rest.locale }) })]
      : registry.compose(rest);
  const [first, ...more] = cards.map(describeCard);
  return { status: 'ok', ...first, ...(more.length > 0 ? { more } : {}) };
}

function requestError(error: z.ZodError): CodedError {
  return error.issues[0]?.code === 'invalid_union'
    ? new CodedError(
        'card.schema',
        'A request has an id and either templateId and fields, or a card, and nothing else.',
        { path: '$' },
      )
    : createSchemaError('card.schema', 'The request', error);
}

function describeCard(card: CheckedCard) {
  return {
    card: card.card,
    formats: formatAll(card),
    ...(card.changes.length > 0 ? { changes: card.changes } : {}),
  };
}

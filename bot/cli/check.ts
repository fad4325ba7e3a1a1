import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { withoutMark } from '../../cards/byteOrderMark.ts';
import { checkCard } from '../../cards/checks/checkCard.ts';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import { parseJson } from '../../cards/checks/parseJson.ts';
import { schemaError } from '../../cards/checks/schemaError.ts';
import { CodedError } from '../../cards/errors.ts';
import { allFormats } from '../../cards/formats/allFormats.ts';
import { limits } from '../../cards/limits.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { TemplateRegistry } from '../../cards/templates/registry.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';

/** `check --jsonl`: card requests and cards from standard input, one JSON object a line. */
export const check = defineCommand({
  options: { jsonl: { type: 'boolean', default: false } },
  async run({ values }, context) {
    if (!values.jsonl)
      throw new UsageError(
        'Missing --jsonl: the command reads requests from standard input, one JSON object a line.',
      );
    const registry = new TemplateRegistry(loadTemplates(context.templateDirs, context.policy));
    for await (const line of boundedLines(context.stdin, limits.bodyBytes.max)) {
      const answer = answerTo(line, registry, context);
      if (!context.stdout.write(`${JSON.stringify(answer)}\n`)) await once(context.stdout, 'drain');
    }
    return 0;
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

/** One line's answer; never throws. `line` is undefined when the line was over the limit. */
function answerTo(line: string | undefined, registry: TemplateRegistry, { policy }: CommandContext): object {
  let id: string | number | null = null;
  try {
    if (line === undefined) {
      throw new CodedError('card.limit', `The line is larger than ${limits.bodyBytes.max} bytes.`, {
        path: '$',
      });
    }
    const parsed = parseJson(withoutMark(line));
    id = idOf(parsed);
    const request = requestSchema.safeParse(parsed);
    if (!request.success) throw requestError(request.error);
    const { id: _, ...rest } = request.data;
    const cards =
      'card' in rest
        ? [checkCard(rest.card, { policy, ...(rest.locale === undefined ? {} : { locale: rest.locale }) })]
        : registry.compose(rest);
    const [first, ...more] = cards.map(describeCard);
    return { id, status: 'ok', ...first, ...(more.length > 0 ? { more } : {}) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { id, status: 'refused', code: error.code, path: error.path ?? '$', message: error.message };
  }
}

function requestError(error: z.ZodError): CodedError {
  return error.issues[0]?.code === 'invalid_union'
    ? new CodedError(
        'card.schema',
        'A request has an id and either templateId and fields, or a card, and nothing else.',
        { path: '$' },
      )
    : schemaError('card.schema', 'The request', error);
}

function describeCard(card: CheckedCard) {
  return {
    card: card.card,
    formats: allFormats(card),
    ...(card.changes.length > 0 ? { changes: card.changes } : {}),
  };
}

/** The request's own id, so that the answer can be found again; null when it has none that is fit to be repeated. */
function idOf(request: unknown): string | number | null {
  const parsed = z.looseObject({ id: z.union([z.string().max(200), z.number()]) }).safeParse(request);
  return parsed.success ? parsed.data.id : null;
}

/** Splits a stream into lines, keeping at most `maxBytes` of one: undefined stands for a line that was longer. */
export async function* boundedLines(input: Readable, maxBytes: number): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (): string | undefined => {
    const line = bytes > maxBytes ? undefined : Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const data of input) {
    const chunk: Buffer = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (bytes > 0) yield take();

  function add(part: Buffer): void {
    bytes += part.length;
    if (bytes <= maxBytes) parts.push(part);
    else parts = [];
  }
}

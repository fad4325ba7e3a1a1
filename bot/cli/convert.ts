import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { withoutMark } from '../../cards/byteOrderMark.ts';
import { parseJson } from '../../cards/checks/parseJson.ts';
import { CodedError } from '../../cards/errors.ts';
import { type AdaptiveCard, adaptiveCards } from '../../cards/formats/adaptiveCard.ts';
import type { GenesysMessage } from '../../cards/formats/genesysMessage.ts';
import { limits } from '../../cards/limits.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { replyMessages } from '../channels/botConnector/turn/replyMessages.ts';
import { boundedLines } from './check.ts';
import { defineCommand, UsageError } from './command.ts';

/** What a Bot Framework activity becomes. */
export interface ConvertedActivity {
  /** The messages that the Bot Connector answers. */
  messages: GenesysMessage[];
  /** Everything in plain text. */
  text: string;
  /** The cards as other channels get them; a carousel is one for each of its cards. */
  adaptive: AdaptiveCard[];
  /** What was changed or left out. */
  changes: { path: string; what: string; why: string }[];
}

/** `convert`: what the Genesys customer sees of a Bot Framework activity. */
export const convert = defineCommand({
  options: { jsonl: { type: 'boolean', default: false } },
  allowPositionals: true,
  async run({ values, positionals }, { stdin, stdout, policy }) {
    const [file, ...more] = positionals;
    if (more.length > 0 || (values.jsonl && file !== undefined))
      throw new UsageError('Name one file, or say --jsonl and send the activities to standard input.');
    if (values.jsonl) {
      for await (const line of boundedLines(stdin, limits.bodyBytes.max)) {
        if (line?.trim() === '') continue;
        if (!stdout.write(`${JSON.stringify(answerTo(line, policy))}\n`)) await once(stdout, 'drain');
      }
      return 0;
    }
    const json = file === undefined ? await readAll(stdin) : await readFile(file);
    stdout.write(forPeople(convertActivity(parseJson(withoutMark(json)), undefined, policy)));
    return 0;
  },
});

const requestSchema = z.object({ activity: z.unknown(), locale: z.string().max(35).optional() });
const namedSchema = z.looseObject({ id: z.union([z.string().max(200), z.number()]) });

/** One line's answer; an error names the line's id. `line` is undefined when the line was over the limit. */
function answerTo(line: string | undefined, policy: UrlPolicy): object {
  let id: string | number | null = null;
  try {
    if (line === undefined) throw tooLarge();
    const parsed = parseJson(withoutMark(line));
    const named = namedSchema.safeParse(parsed);
    if (named.success) ({ id } = named.data);
    const request = requestSchema.safeParse(parsed);
    if (!request.success)
      throw new CodedError('activity.invalid', 'A line has an id, an activity and perhaps a locale.', {
        path: '$',
      });
    return { id, ...convertActivity(request.data.activity, request.data.locale, policy) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { id, status: 'refused', code: error.code, path: error.path ?? '$', message: error.message };
  }
}

function tooLarge(): CodedError {
  const { max } = limits.bodyBytes;
  return new CodedError('card.limit', `The activity is larger than ${max} bytes.`, { path: '$' });
}

const activitySchema = z.looseObject({});

/**
 * What a Genesys customer sees of a Bot Framework activity.
 *
 * @throws CodedError `activity.invalid` for what is not an activity, `card.limit` for one that is too large.
 */
export function convertActivity(
  value: unknown,
  locale: string | undefined,
  policy: UrlPolicy,
): ConvertedActivity {
  const activity = activitySchema.safeParse(value);
  if (!activity.success) throw new CodedError('activity.invalid', 'An activity is an object.', { path: '$' });
  const given = locale === undefined ? activity.data : { ...activity.data, locale };
  const { messages, texts, cards, changes } = replyMessages(given, policy);
  return {
    messages,
    text: texts.join('\n'),
    adaptive: cards.flatMap((card) => adaptiveCards(card)).flatMap((shown) => shown.cards),
    changes: changes.map(({ path, what }) => ({ path, ...reasonOf(what) })),
  };
}

/** A change is told as `what: why`; a cause may have no words of its own. */
function reasonOf(told: string): { what: string; why: string } {
  const [what = '', ...why] = told.split(': ');
  return { what, why: why.join(': ') };
}

/** @throws CodedError `file.unreadable` when there is no such file or it may not be read. */
async function readFile(file: string): Promise<string> {
  try {
    return await readAll(createReadStream(file));
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('file.unreadable', `The file ${file} cannot be read.`, { cause: error });
  }
}

async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const data of input) {
    const chunk = Buffer.from(data);
    bytes += chunk.length;
    if (bytes > limits.bodyBytes.max) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function forPeople({ messages, text, changes }: ConvertedActivity): string {
  const told = changes.map(({ path, what, why }) => `  ${path}: ${what}${why === '' ? '' : ` (${why})`}\n`);
  return [
    `Plain text\n\n${text.replace(/^/gm, '  ')}\n`,
    `Genesys messages\n\n${JSON.stringify(messages, null, 2)}\n`,
    told.length === 0 ? 'Nothing was changed or left out.\n' : `Changed or left out\n\n${told.join('')}`,
  ].join('\n');
}

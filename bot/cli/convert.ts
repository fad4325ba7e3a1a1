import { z } from 'zod';
import { CodedError } from '../../cards/errors.ts';
import { type AdaptiveCard, formatAdaptiveCards } from '../../cards/formats/adaptiveCard.ts';
import type { GenesysMessage } from '../../cards/formats/genesysMessage.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { asMessage, replyMessages } from '../channels/botConnector/turn/replyMessages.ts';
import { defineCommand, UsageError } from './command.ts';
import { answerLines, readFile, readJson } from './lines.ts';

/** The result of a conversion. */
interface ConvertedActivity {
  /** The messages of the Bot Connector's answer. */
  messages: GenesysMessage[];
  /** Everything in plain text. */
  text: string;
  /** The cards as other channels receive them; a carousel becomes one for each of its cards. */
  adaptive: AdaptiveCard[];
  /** The changed and left out parts. */
  changes: { path: string; what: string; why: string }[];
}

/** `convert`: shows what a Genesys customer sees of a Bot Framework activity, an attachment or an Adaptive Card. */
export const convert = defineCommand({
  options: { jsonl: { type: 'boolean', default: false } },
  allowPositionals: true,
  async run({ values, positionals }, { stdin, stdout, policy }) {
    const [file, ...more] = positionals;
    if (more.length > 0 || (values.jsonl && file !== undefined))
      throw new UsageError('Name one file, or use --jsonl and write the activities to standard input.');
    const what = 'activity';
    if (values.jsonl)
      return answerLines({ stdin, stdout }, (request) => answerTo(request, policy), {
        what,
        skipsBlank: true,
      });
    const activity = await readJson(file === undefined ? stdin : readFile(file), what);
    stdout.write(writeForPeople(convertForAuthors(activity, undefined, policy)));
    return 0;
  },
});

const requestSchema = z.object({ activity: z.unknown(), locale: z.string().max(35).optional() });

/** @throws CodedError as `convertForAuthors` does */
function answerTo(asked: unknown, policy: UrlPolicy): object {
  const { data } = requestSchema.safeParse(asked);
  if (data !== undefined) return convertForAuthors(data.activity, data.locale, policy);
  throw new CodedError('activity.invalid', 'A line has an id, an activity and perhaps a locale.', {
    path: '$',
  });
}

const activitySchema = z.looseObject({});

/**
 * Converts a Bot Framework activity into what a Genesys customer sees of it.
 *
 * @throws CodedError `activity.invalid` for what is not an activity, `card.limit` for one that is too large.
 */
export function convertForAuthors(
  value: unknown,
  locale: string | undefined,
  policy: UrlPolicy,
): ConvertedActivity {
  const activity = activitySchema.safeParse(value);
  if (!activity.success) throw new CodedError('activity.invalid', 'An activity is an object.', { path: '$' });
  const message = asMessage(activity.data);
  const given = locale === undefined ? message : { ...message, locale };
  const { messages, texts, cards, changes } = replyMessages(given, policy);
  return {
    messages,
    text: texts.join('\n'),
    adaptive: cards.flatMap((card) => formatAdaptiveCards(card)).flatMap((shown) => shown.cards),
    changes: changes.map(({ path, what }) => ({ path, ...reasonOf(what) })),
  };
}

/** Splits a change of the form `what: why`; `why` is empty where the change has no reason. */
function reasonOf(change: string): { what: string; why: string } {
  const [what = '', ...why] = change.split(': ');
  return { what, why: why.join(': ') };
}

function writeForPeople({ messages, text, changes }: ConvertedActivity): string {
  const lines = changes.map(({ path, what, why }) => `  ${path}: ${what}${why === '' ? '' : ` (${why})`}\n`);
  return [
    `Plain text\n\n${text.replace(/^/gm, '  ')}\n`,
    `Genesys messages\n\n${JSON.stringify(messages, null, 2)}\n`,
    lines.length === 0 ? 'Nothing was changed or left out.\n' : `Changed or left out\n\n${lines.join('')}`,
  ].join('\n');
}

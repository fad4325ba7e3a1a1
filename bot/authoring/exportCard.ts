import { inspect } from 'node:util';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import { formatGenesysMessage, type GenesysMessage } from '../../cards/formats/genesysMessage.ts';
import { completeAnswer, goOn } from '../channels/botConnector/wire/answer.ts';
import { botsOf } from '../channels/botConnector/wire/botList.ts';
import {
  spellV1Answer,
  spellV2Answer,
  type V1Answer,
  type V2Answer,
} from '../channels/botConnector/wire/spellAnswer.ts';

/** The forms in which a sample of a template can be exported. */
export const exportNames = ['dialog', 'curl', 'v1', 'v2'] as const;

/** A sample of a template, with the cards that were made of it. */
export interface ExportedSample {
  /** The address of the template, such as `order-status-v1`. */
  readonly templateId: string;
  readonly fields: { readonly [name: string]: unknown };
  /** Default: the customer's own language. */
  readonly locale?: string | undefined;
  readonly cards: readonly CheckedCard[];
}

/**
 * Writes a sample as the code of a dialog, as `curl` for `POST /api/cards` (of a POSIX shell), or as the answer to Architect's Call
 * Bot Connector (`v1`) or Call Digital Bot Connector (`v2`).
 */
export function exportCard(form: (typeof exportNames)[number], sample: ExportedSample): string {
  switch (form) {
    case 'dialog':
      return writeDialogCode(sample);
    case 'curl':
      return writeCurlCommand(sample);
    case 'v1':
    case 'v2': {
      const messages = sample.cards.flatMap((card) => formatGenesysMessage(card).messages);
      return `${JSON.stringify(createAnswer(form, messages, { turns: 0 }), null, 2)}\n`;
    }
  }
}

/** Creates the answer to an action of Architect, after which the session goes on. */
export function createAnswer(
  form: 'v1' | 'v2',
  messages: readonly GenesysMessage[],
  record: { turns: number },
): V1Answer | V2Answer {
  const [version] = botsOf({ id: 'bot', name: 'Bot' }).flatMap(({ versions }) => versions);
  if (version === undefined) throw new RangeError('A bot without versions.');
  const answer = completeAnswer(goOn(messages), version, record);
  return form === 'v1' ? spellV1Answer(answer, version) : spellV2Answer(answer, version);
}

function writeDialogCode({ templateId, fields, locale }: ExportedSample): string {
  const given = [templateId, fields, ...(locale === undefined ? [] : [locale])].map(writeLiteral);
  return `import { sendCard } from 'genesys-card-bot';\n\nawait sendCard(context, ${given.join(', ')});\n`;
}

/** A value of JSON as JavaScript, each member of an object in a line of its own. */
function writeLiteral(value: unknown): string {
  const all = Number.POSITIVE_INFINITY;
  return inspect(value, {
    ...{ compact: false, depth: all, breakLength: all, maxArrayLength: all, maxStringLength: all },
  });
}

function writeCurlCommand({ templateId, fields, locale }: ExportedSample): string {
  const order = { conversationId: 'CONVERSATION', templateId, fields, locale };
  const body = JSON.stringify(order, null, 2).replaceAll("'", "'\\''");
  return [
    "curl -i 'https://BOT/api/cards?waitMs=10000' \\",
    "  -H 'authorization: Bearer SECRET' -H 'content-type: application/json' \\",
    `  -d '${body}'\n`,
  ].join('\n');
}

import { inspect } from 'node:util';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { replyMessages } from '../channels/botConnector/turn/replyMessages.ts';
import { completeAnswer, goOn } from '../channels/botConnector/wire/answer.ts';
import { botsOf } from '../channels/botConnector/wire/botList.ts';
import { spellV1Answer, spellV2Answer } from '../channels/botConnector/wire/spellAnswer.ts';
import { attachCheckedCard } from '../turns/turnState.ts';

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
export function exportCard(
  form: (typeof exportNames)[number],
  sample: ExportedSample,
  policy: UrlPolicy,
): string {
  switch (form) {
    case 'dialog':
      return writeDialogCode(sample);
    case 'curl':
      return curlCommand(sample);
    case 'v1':
    case 'v2': {
      const attachments = sample.cards.map(attachCheckedCard);
      const { messages } = replyMessages({ type: 'message', attachments }, policy);
      const [bot] = botsOf({ id: 'bot', name: 'Bot' });
      const version = bot?.versions[0];
      if (version === undefined) throw new RangeError('A bot without versions.');
      const answer = completeAnswer(goOn(messages), version);
      return `${JSON.stringify((form === 'v1' ? spellV1Answer : spellV2Answer)(answer, version), null, 2)}\n`;
    }
  }
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

function curlCommand({ templateId, fields, locale }: ExportedSample): string {
  const order = { conversationId: 'CONVERSATION', templateId, fields, locale };
  const body = JSON.stringify(order, null, 2).replaceAll("'", "'\\''");
  return [
    "curl -i 'https://BOT/api/cards?waitMs=10000' \\",
    "  -H 'authorization: Bearer SECRET' -H 'content-type: application/json' \\",
    `  -d '${body}'\n`,
  ].join('\n');
}

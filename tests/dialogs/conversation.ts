import type { Activity, Middleware } from 'botbuilder';
import { ActivityTypes } from 'botbuilder';
import { DialogTestClient } from 'botbuilder-testing';
import type { CardRequest } from '../../cards/cardRequest.ts';
import { cardContentType } from '../../cards/cardRequest.ts';
import type { DialogOutcome } from '../../dialogs/contract.ts';
import { lendMemory } from '../../dialogs/contract.ts';
import type { DialogsOptions } from '../../dialogs/createDialogs.ts';
import { createMainDialog } from '../../dialogs/createDialogs.ts';
import { EmbeddedRecognizer } from '../../dialogs/recognizer/embeddedRecognizer.ts';
import { sayInOtherWords } from '../../dialogs/say.ts';

/** Noon of an ordinary day. */
export const noon = (): Date => new Date('2026-11-23T12:00:00Z');

const recognizer = new EmbeddedRecognizer();

/** A conversation with the main dialog, on fixed clock and ids. */
export class Conversation {
  readonly #client: DialogTestClient;
  readonly #locale: string;

  constructor(
    options: DialogsOptions & { locale?: string; middlewares?: Middleware[]; isVaried?: boolean } = {},
  ) {
    const { locale = 'en', middlewares = [], isVaried = false, ...dialogs } = options;
    this.#locale = locale;
    const main = createMainDialog({ recognizer, now: noon, newId: () => 'purchase-1', ...dialogs });
    this.#client = new DialogTestClient('test', main, undefined, [remembering(isVaried), ...middlewares]);
  }

  /** Says something (a click is its payload, undefined a message without text); answers what came back. */
  async send(text: string | undefined): Promise<Partial<Activity>[]> {
    const replies: Partial<Activity>[] = [];
    const said = { type: ActivityTypes.Message, locale: this.#locale, ...(text !== undefined && { text }) };
    let reply: Partial<Activity> | undefined = await this.#client.sendActivity(said);
    for (; reply !== undefined; reply = this.#client.getNextReply()) replies.push(reply);
    return replies;
  }

  /** The outcome, if the last turn ended the dialog. */
  get outcome(): DialogOutcome | undefined {
    const { status, result } = this.#client.dialogTurnResult;
    return status === 'complete' ? result : undefined;
  }
}

function remembering(isVaried: boolean): Middleware {
  const memory = {};
  return {
    async onTurn(context, next) {
      lendMemory(context, memory);
      if (isVaried) sayInOtherWords(context, memory);
      await next();
    },
  };
}

/** The cards that come back when these sentences are said in one conversation. */
export async function cardsFor(
  said: readonly string[],
  options: ConstructorParameters<typeof Conversation>[0] = {},
): Promise<CardRequest[]> {
  const conversation = new Conversation(options);
  const cards: CardRequest[] = [];
  for (const text of said) {
    for (const reply of await conversation.send(text)) {
      const card = cardOf(reply);
      if (card !== undefined) cards.push(card);
    }
  }
  return cards;
}

/** A reply in short: its text, `[template]` for a card, `<name>` for an event; suggested answers follow with `|`. */
export function brief(reply: Partial<Activity>): string {
  if (reply.type === ActivityTypes.Event) return `<${reply.name}>`;
  const card = cardOf(reply);
  if (card !== undefined) return `[${card.templateId}]`;
  const answers = reply.suggestedActions?.actions.map((action) => `|${action.value}`).join('') ?? '';
  return `${reply.text}${answers}`;
}

/** The card that a reply asks for. */
export function cardOf(reply: Partial<Activity> | undefined): CardRequest | undefined {
  return reply?.attachments?.find((attachment) => attachment.contentType === cardContentType)?.content;
}

import { randomUUID } from 'node:crypto';
import type { Change } from '../../cards/checks/checkedCard.ts';
import type { GenesysAction } from '../../cards/components/componentModule.ts';
import type { GenesysCard, GenesysMessage } from '../../cards/formats/genesysMessage.ts';
import { limits } from '../../cards/limits.ts';
import { anyPublicHost, type UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import type { Endpoints, EndpointsOptions } from '../channels/botConnector/createEndpoints.ts';
import type { ConnectorEvents } from '../channels/botConnector/session/events.ts';
import type { SessionStorage } from '../channels/botConnector/session/sessions.ts';
import { Clicks } from '../channels/botConnector/turn/clicks.ts';
import { asMessage, replyMessages } from '../channels/botConnector/turn/replyMessages.ts';
import type { V2Answer } from '../channels/botConnector/wire/spellAnswer.ts';

/** The customer of a test. */
export interface TestCustomer {
  /** Language of the flow; default `en-us`. */
  language?: string;
  /** Session variables of the flow. */
  parameters?: Record<string, string>;
}

/** The options of a connector that a test client sets itself. */
export type FixedInTests = 'secrets' | 'header' | 'basePath' | 'events';

/** The end of a session, as the flow receives it. */
export interface Outcome {
  intent: string;
  entities: V2Answer['entities'];
  parameters: Readonly<Record<string, string>>;
}

/** The options that a test client adds to those of its connector. */
export type ConnectorNeeds = Pick<EndpointsOptions, 'secrets' | 'storage' | 'bots'> & {
  events: ConnectorEvents;
};

const secret = 'secret-of-the-test-client';

/** Converts a Bot Framework activity into the messages and the plain text that a Genesys customer sees, and lists the changes. */
export function convertActivity(
  activity: object,
  policy: UrlPolicy = anyPublicHost,
): { messages: readonly GenesysMessage[]; text: string; changes: readonly Change[] } {
  const { messages, texts, changes } = replyMessages(asMessage(activity), policy, new Clicks());
  return { messages, text: texts.join('\n'), changes };
}

/** Creates a storage in memory, which stores JSON as other storages do. */
function createMemoryStorage(): SessionStorage {
  const items = new Map<string, string>();
  return {
    read: async (keys) =>
      Object.fromEntries(keys.map((key) => [key, JSON.parse(items.get(key) ?? 'null') ?? undefined])),
    write: async (changes) => {
      for (const [key, item] of Object.entries(changes)) items.set(key, JSON.stringify(item));
    },
  };
}

/** A customer in Genesys, for a bot's own tests. Its properties describe the last answer. */
export type TestClient = Readonly<
  Pick<Customer, 'say' | 'click' | 'messages' | 'text' | 'cards' | 'buttons' | 'changes' | 'outcome'>
>;

/**
 * The customer of a test, created by `createTestClient`.
 *
 * `say` and `click` throw the error of the bot, and an Error for a message that a strict Genesys would not show.
 */
export class Customer {
  readonly #connector: Pick<Endpoints, 'fetch'>;
  readonly #customer: TestCustomer;
  readonly #conversationId = randomUUID();
  readonly #payloads = new Map<string, string>();
  readonly #failures: unknown[] = [];
  #sessionId: string = randomUUID();
  messages: readonly GenesysMessage[] = [];
  /** The parts of the bot's messages that were changed or left out. */
  changes: readonly Change[] = [];
  /** Set when the session is over: the next message begins a new one. */
  outcome: Outcome | undefined;

  constructor(make: (needed: ConnectorNeeds) => Pick<Endpoints, 'fetch'>, customer: TestCustomer) {
    this.#customer = customer;
    this.#connector = make({
      secrets: [secret],
      storage: createMemoryStorage(),
      bots: { id: 'bot-of-the-test', name: 'Bot of the test' },
      events: {
        onFailed: (_, error) => this.#failures.push(error),
        onDegraded: (_, changes) => {
          this.changes = [...this.changes, ...changes];
        },
      },
    });
  }

  /** The texts of the messages, one a line. */
  get text(): string {
    return this.messages.map(({ text }) => text).join('\n');
  }

  get cards(): readonly GenesysCard[] {
    return this.messages.flatMap((message) => (message.type === 'Text' ? [] : cardsOf(message)));
  }

  /** Labels of the buttons and quick replies that answer the bot. */
  get buttons(): readonly string[] {
    return this.messages.flatMap(clicksOf).map(({ text }) => text);
  }

  /** Writes a text; an empty text begins a session without a message. */
  say(text: string): Promise<void> {
    return this.#send({ type: 'Text', text });
  }

  /** Clicks on the newest button or quick reply with this label. */
  async click(label: string): Promise<void> {
    const payload = this.#payloads.get(label);
    if (payload === undefined) {
      const known = [...this.#payloads.keys()].map((one) => `"${one}"`).join(', ');
      throw new Error(`No button has the label "${label}". There are: ${known || 'none'}.`);
    }
    const buttonResponse = { type: 'Button', text: label, payload };
    const content = [{ contentType: 'ButtonResponse', buttonResponse }];
    await this.#send({ type: 'Structured', text: label, content });
  }

  async #send(inputMessage: object): Promise<void> {
    if (this.outcome !== undefined) this.#sessionId = randomUUID();
    this.changes = [];
    const { language = 'en-us', parameters = {} } = this.#customer;
    const request = new Request('http://localhost/api/genesys/v2/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: secret },
      body: JSON.stringify({
        botSessionId: this.#sessionId,
        genesysConversationId: this.#conversationId,
        messageId: randomUUID(),
        languageCode: language,
        inputMessage,
        parameters,
      }),
    });
    const response = await this.#connector.fetch(request);
    const body = (await response?.text()) ?? '';
    if (response?.status !== 200) throw new Error(`The connector answered ${response?.status}: ${body}`);
    const answer: V2Answer = JSON.parse(body);
    this.messages = answer.replyMessages;
    for (const { text, payload } of this.messages.flatMap(clicksOf)) this.#payloads.set(text, payload);
    const { botState, intent, entities } = answer;
    this.outcome = botState === 'Complete' ? { intent, entities, parameters: answer.parameters } : undefined;
    const [failure] = this.#failures.splice(0);
    if (failure !== undefined) throw failure;
    for (const message of this.messages) requireShown(message);
  }
}

type Structured = Extract<GenesysMessage, { type: 'Structured' }>;

function cardsOf({ content }: Structured): GenesysCard[] {
  return content.flatMap((one) => {
    if (one.contentType === 'Card') return [one.card];
    return one.contentType === 'Carousel' ? one.carousel.cards : [];
  });
}

function clicksOf(message: GenesysMessage): { text: string; payload: string }[] {
  if (message.type === 'Text') return [];
  const replies = message.content.flatMap((one) =>
    one.contentType === 'QuickReply' ? [one.quickReply] : [],
  );
  const answers = (action: GenesysAction) => (action.type === 'Postback' ? [action] : []);
  return [...cardsOf(message).flatMap(({ actions }) => actions.flatMap(answers)), ...replies];
}

/** Throws when the strictest client of Genesys would not show a message. */
function requireShown(message: GenesysMessage): void {
  const refuse = (what: string): never => {
    throw new Error(`Genesys would not show a message: ${what}.`);
  };
  if (message.text.trim() === '') refuse('it has no text');
  if (message.text.length > limits.text.max) refuse(`its text is over ${limits.text.max} characters`);
  if (message.type === 'Text') return;
  const replies = message.content.filter(({ contentType }) => contentType === 'QuickReply').length;
  if (replies > limits.quickReplies.max) refuse(`it has more than ${limits.quickReplies.max} quick replies`);
  if (replies > 0 && replies < message.content.length) refuse('quick replies stand beside other content');
  for (const { title, actions, image } of cardsOf(message)) {
    if (title.trim() === '' || title.length > limits.title.max)
      refuse('the title of a card is empty or too long');
    if (actions.length > limits.buttons.max) refuse(`a card has more than ${limits.buttons.max} buttons`);
    const links = actions.flatMap((action) => (action.type === 'Link' ? [action.url] : []));
    if ([...links, image ?? 'https:'].some((url) => !url.startsWith('https:')))
      refuse('an address is not https');
  }
  const clicks = clicksOf(message).map(({ text, payload }) => `${payload}\n${text}`);
  if (new Set(clicks).size < clicks.length) refuse('two buttons cannot be told apart');
}

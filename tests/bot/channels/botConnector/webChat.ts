import { randomUUID } from 'node:crypto';
import { Activity as AgentsActivity } from '@microsoft/agents-activity';
import { TurnContext as AgentContext, BaseAdapter, INVOKE_RESPONSE_KEY } from '@microsoft/agents-hosting';
import { type Activity, BotAdapter, type ConversationReference, TurnContext } from 'botbuilder';
import type { Agent } from '../../../../bot/agents.ts';
import type { TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';
import { isObject } from '../../../../cards/json.ts';
import { agentTurn, botbuilderTurn, type Logic, type Sent } from './bothSdks.ts';

/* Web Chat with one conversation, on either SDK: what a bot sends is on the screen at once, and a click sends what Web Chat sends. */

/** A button, and what a click on it sends, or the address that it opens. */
export interface Button {
  label: string;
  sends?: Sent;
  opens?: string;
}

/** What is on the screen, whatever the client. */
export interface Seen {
  words: string[];
  buttons: Button[];
  /** Addresses. */
  pictures: string[];
}

/** The words of a text, without the marks of Markdown and HTML. */
export function wordsOf(text: unknown): string[] {
  const plain = String(text ?? '')
    .replace(/!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, '$1')
    .replace(/<[^>]+>/g, ' ')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, ' ');
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

type Part = Readonly<Record<string, unknown>>;
const partsOf = (value: unknown): Part[] => (Array.isArray(value) ? value : [value]).filter(isObject);

/** What a click on a CardAction of the Bot Framework does. */
function cardAction({ type, title, text, value }: Part): Button {
  const label = String(title ?? value);
  switch (String(type).toLowerCase()) {
    case 'imback': {
      // The Agents SDK writes the text of a string so; Web Chat itself refuses it.
      const [{ text: said = value } = {}] = partsOf(value);
      return { label, sends: { text: said } };
    }
    case 'postback':
      return { label, sends: typeof value === 'string' ? { text: value } : { value } };
    case 'messageback':
      return {
        label,
        sends: { ...(text === undefined ? {} : { text }), ...(value === undefined ? {} : { value }) },
      };
    case 'invoke':
      return { label, sends: { type: 'invoke', value } };
    default:
      return { label, opens: String(value) };
  }
}

/** What a click on an action of an Adaptive Card does. */
function adaptiveAction({ type, title, url, data = {}, verb }: Part): Button {
  const label = String(title);
  if (type === 'Action.OpenUrl') return { label, opens: String(url) };
  if (type === 'Action.Submit')
    return { label, sends: typeof data === 'string' ? { text: data } : { value: data } };
  const action = { type, verb, data };
  return {
    label,
    sends: { type: 'invoke', name: 'adaptiveCard/action', value: { action, trigger: 'manual' } },
  };
}

function seeAdaptive(element: Part, seen: Seen): void {
  const { type } = element;
  if (element.isVisible === false) return;
  if (String(type).startsWith('Action.')) {
    seen.buttons.push(adaptiveAction(element));
    return;
  }
  if (type === 'Image') seen.pictures.push(String(element.url));
  const texts = [
    element.text,
    element.label,
    ...partsOf(element.facts).flatMap((one) => [one.title, one.value]),
  ];
  seen.words.push(
    ...texts.flatMap(wordsOf),
    ...partsOf(element.choices).flatMap((one) => wordsOf(one.title)),
  );
  for (const key of ['body', 'items', 'columns', 'rows', 'cells', 'images', 'actions', 'selectAction'])
    for (const one of partsOf(element[key])) seeAdaptive(one, seen);
}

function seeAttachment({ contentType, content, contentUrl, name }: Part, seen: Seen): void {
  const type = String(contentType);
  const [card = {}] = partsOf(content);
  if (type === 'application/vnd.microsoft.card.adaptive') seeAdaptive(card, seen);
  else if (type.startsWith('application/vnd.microsoft.card.')) {
    for (const one of [...partsOf(card.images), ...partsOf(card.image)]) seen.pictures.push(String(one.url));
    const lines = partsOf(card.facts).flatMap((one) => [one.key, one.value]);
    for (const one of partsOf(card.items)) {
      lines.push(one.title, one.quantity, one.price);
      for (const { url } of partsOf(one.image)) seen.pictures.push(String(url));
    }
    if (card.total !== undefined) lines.push('Total', card.total);
    seen.words.push(...[card.title, card.subtitle, card.text, ...lines].flatMap(wordsOf));
    for (const { url } of partsOf(card.media)) seen.buttons.push({ label: 'Play', opens: String(url) });
    seen.buttons.push(...partsOf(card.buttons).map(cardAction));
  } else if (type.startsWith('image/')) seen.pictures.push(String(contentUrl));
  else if (contentUrl !== undefined)
    seen.buttons.push({ label: String(name ?? 'Open'), opens: String(contentUrl) });
  else if (type.startsWith('text/')) seen.words.push(...wordsOf(content));
}

/** What Web Chat shows of messages. */
function see(messages: readonly Part[]): Seen {
  const seen: Seen = { words: [], buttons: [], pictures: [] };
  for (const { text, attachments, suggestedActions } of messages) {
    seen.words.push(...wordsOf(text));
    for (const one of partsOf(attachments)) seeAttachment(one, seen);
    const [suggested] = partsOf(suggestedActions);
    seen.buttons.push(...partsOf(suggested?.actions).map(cardAction));
  }
  return seen;
}

/** The messages on the screen. */
class Screen {
  #messages: Part[] = [];

  show({ ...activity }: object): string {
    const id = randomUUID();
    const { type = 'message', value }: Sent = activity;
    const [response = {}] = partsOf(value);
    const [body = {}] = partsOf(response.body);
    // As it comes over the wire.
    if (type === 'message') this.#messages.push({ ...JSON.parse(JSON.stringify(activity)), id });
    else if (type === 'invokeResponse' && String(body.type).includes('card'))
      this.#messages.push({ id, attachments: [{ contentType: body.type, content: body.value }] });
    else if (type === 'invokeResponse' && body.type !== undefined)
      this.#messages.push({ id, text: body.value });
    return id;
  }

  change(id: string | undefined, activity: object): void {
    const at = this.#messages.findIndex((one) => one.id === id);
    this.#messages[at < 0 ? this.#messages.length : at] = { ...JSON.parse(JSON.stringify(activity)), id };
  }

  remove(id: string | undefined): void {
    this.#messages = this.#messages.filter((one) => one.id !== id);
  }

  /** What came since it was asked last. */
  take(): Seen {
    const seen = see(this.#messages);
    this.#messages = [];
    return seen;
  }
}

/** A Web Chat with a bot behind it. */
export interface WebChat {
  screen: { take(): Seen };
  /** Sends an activity of the customer. */
  send(activity: Sent): Promise<void>;
  begin(reference: object, logic: Logic): Promise<void>;
}

const customer = { id: 'customer', name: 'Customer', role: 'user' };
const received = (activity: Sent) => ({
  id: randomUUID(),
  channelId: 'webchat',
  serviceUrl: 'https://webchat.botframework.com/',
  conversation: { id: 'conversation' },
  from: customer,
  recipient: { id: 'bot', name: 'Bot', role: 'bot' },
  locale: 'en-US',
  ...(activity.type === 'conversationUpdate' ? { membersAdded: [customer] } : {}),
  ...{ type: 'message', ...activity },
});

class BotbuilderWebChat extends BotAdapter implements WebChat {
  readonly screen = new Screen();
  readonly #logic: TurnLogic;

  constructor(logic: TurnLogic) {
    super();
    this.#logic = logic;
  }

  send(activity: Sent): Promise<void> {
    return this.runMiddleware(new TurnContext(this, received(activity) as Partial<Activity>), this.#logic);
  }

  async begin(reference: object, logic: Logic): Promise<void> {
    await this.continueConversation(
      reference,
      async (context) => void (await logic(botbuilderTurn(context))),
    );
  }

  async sendActivities(_: TurnContext, activities: Partial<Activity>[]) {
    return activities.map((one) => ({ id: this.screen.show(one) }));
  }

  async updateActivity(_: TurnContext, activity: Partial<Activity>) {
    this.screen.change(activity.id, activity);
  }

  async deleteActivity(_: TurnContext, { activityId }: Partial<ConversationReference>) {
    this.screen.remove(activityId);
  }

  async continueConversation(reference: Partial<ConversationReference>, logic: TurnLogic) {
    const event = { type: 'event', name: 'continueConversation' };
    const activity = TurnContext.applyConversationReference(event, reference, true);
    await this.runMiddleware(new TurnContext(this, activity), logic);
  }
}

class AgentsWebChat extends BaseAdapter implements WebChat {
  readonly screen = new Screen();
  readonly #agent: Agent;

  constructor(agent: Agent) {
    super();
    this.#agent = agent;
    this.onTurnError = (_, error) => Promise.reject(error);
  }

  async send(activity: Sent): Promise<void> {
    const context = new AgentContext(this, AgentsActivity.fromObject(received(activity)), { aud: 'bot' });
    await this.runMiddleware(context, async (one) => void (await this.#agent.run(one)));
  }

  async begin(_: object, logic: Logic): Promise<void> {
    await this.continueConversation('bot', {}, async (context) => void (await logic(agentTurn(context))));
  }

  async sendActivities(context: AgentContext, activities: AgentsActivity[]) {
    return activities.map((one) => {
      if (one.type === 'invokeResponse') context.turnState.set(INVOKE_RESPONSE_KEY, one);
      return { id: this.screen.show(one) };
    });
  }

  async updateActivity(_: AgentContext, activity: AgentsActivity) {
    this.screen.change(activity.id, activity);
  }

  async deleteActivity(_: AgentContext, { activityId }: { activityId?: string }) {
    this.screen.remove(activityId);
  }

  async continueConversation(_: unknown, __: object, logic: (context: AgentContext) => Promise<void>) {
    const event = { ...received({}), type: 'event', name: 'continueConversation' };
    await this.runMiddleware(new AgentContext(this, AgentsActivity.fromObject(event), { aud: 'bot' }), logic);
  }

  uploadAttachment = unused;
  getAttachmentInfo = unused;
  getAttachment = unused;
}

function unused(): Promise<never> {
  return Promise.reject(new Error('Web Chat has no such thing.'));
}

export const webChats = {
  botbuilder: (logic: TurnLogic): WebChat => new BotbuilderWebChat(logic),
  agents: (agent: Agent): WebChat => new AgentsWebChat(agent),
};

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Activity as AgentsActivity } from '@microsoft/agents-activity';
import {
  type TurnContext as AgentContext,
  ActivityHandler as AgentHandler,
  MemoryStorage as AgentStorage,
} from '@microsoft/agents-hosting';
import { ActivityHandler, MemoryStorage, TurnContext } from 'botbuilder';
import {
  type Agent,
  type AgentConnectorOptions,
  sessionOf as agentSessionOf,
  createAgentConnector,
} from '../../../../bot/agents.ts';
import type { TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';
import type { Endpoints } from '../../../../bot/channels/botConnector/createEndpoints.ts';
import { CardMiddleware, createBotConnector, sessionOf } from '../../../../bot/plugin.ts';
import type { GenesysSession } from '../../../../bot/turns/turnState.ts';
import type { GenesysCard, GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { ownRegistry } from '../../../fakes/templates.ts';

/* One bot on either SDK, behind the routes of Genesys, and its customer. */

/** An activity that a bot sends. */
export interface Sent {
  type?: string;
  [key: string]: unknown;
}

/** A turn without its SDK. */
export interface Turn {
  activity: Record<string, unknown>;
  session: GenesysSession | undefined;
  reference: object;
  send(activity: Sent | string): Promise<string>;
  update(activity: Sent): Promise<void>;
  remove(id: string): Promise<void>;
}

export type Logic = (turn: Turn) => Promise<unknown>;
export type Options = Partial<
  Pick<AgentConnectorOptions, 'welcome' | 'forms' | 'turnErrors' | 'pictures' | 'policy'>
>;

/** A bot behind the routes. */
export interface Bot {
  endpoints: Endpoints;
  /** Runs a turn that the bot begins. */
  begin(reference: object, logic: Logic): Promise<void>;
  /** Sets the handler of errors. */
  onError(say: string): void;
  failures: unknown[];
  changes: { path: string; what: string }[];
}

const secret = 'secret-of-the-contract';
const registry = ownRegistry();

function listeners() {
  const failures: unknown[] = [];
  const changes: Bot['changes'] = [];
  const onFailed = (_: unknown, error: unknown) => failures.push(error);
  const onDegraded = (_: unknown, more: readonly Bot['changes'][number][]) => changes.push(...more);
  return { failures, changes, events: { onFailed, onDegraded } };
}

/** A turn of botbuilder without its SDK. */
export function botbuilderTurn(context: TurnContext): Turn {
  return {
    activity: { ...context.activity },
    session: sessionOf(context),
    reference: TurnContext.getConversationReference(context.activity),
    send: async (activity) => (await context.sendActivity(activity))?.id ?? '',
    update: async (activity) => void (await context.updateActivity(activity)),
    remove: (id) => context.deleteActivity(id),
  };
}

/** A bot of botbuilder. */
export function botbuilderBot(logic: Logic): TurnLogic {
  const bot = new ActivityHandler();
  bot.onTurn(async (context, next) => {
    await logic(botbuilderTurn(context));
    await next();
  });
  return (context) => bot.run(context);
}

/** A bot of botbuilder behind the routes. */
export function onBotbuilder(logic: TurnLogic, options: Options): Bot {
  const { events, failures, changes } = listeners();
  const genesys = createBotConnector({
    secrets: [secret],
    bots: { id: 'bot', name: 'Bot' },
    storage: new MemoryStorage(),
    logic,
    events,
    ...options,
  });
  genesys.adapter.use(new CardMiddleware({ registry }));
  return {
    endpoints: genesys,
    failures,
    changes,
    begin: (reference, own) =>
      genesys.adapter.continueConversation(
        reference,
        async (context) => void (await own(botbuilderTurn(context))),
      ),
    onError: (say) => {
      genesys.adapter.onTurnError = async (context) => void (await context.sendActivity(say));
    },
  };
}

/** A turn of the Agents SDK without it. */
export function agentTurn(context: AgentContext): Turn {
  const plain = (activity: Sent | string) =>
    typeof activity === 'string' ? activity : AgentsActivity.fromObject(activity);
  return {
    activity: { ...context.activity, channelId: context.activity.channelId },
    session: agentSessionOf(context),
    reference: context.activity.getConversationReference(),
    send: async (activity) => (await context.sendActivity(plain(activity)))?.id ?? '',
    update: (activity) => context.updateActivity(AgentsActivity.fromObject(activity)),
    remove: (id) => context.deleteActivity(id),
  };
}

/** An agent of the Agents SDK. */
export function agentBot(logic: Logic): Agent {
  const agent = new AgentHandler();
  agent.onTurn(async (context, next) => {
    await logic(agentTurn(context));
    await next();
  });
  return agent;
}

/** An agent of the Agents SDK behind the routes. */
export function onAgents(agent: Agent, options: Options): Bot {
  const { events, failures, changes } = listeners();
  const genesys = createAgentConnector({
    secrets: [secret],
    bots: { id: 'bot', name: 'Bot' },
    storage: new AgentStorage(),
    agent,
    events,
    ...options,
  });
  genesys.adapter.use(new CardMiddleware({ registry }));
  return {
    endpoints: genesys,
    failures,
    changes,
    begin: (reference, own) =>
      genesys.adapter.continueConversation(
        'bot',
        reference,
        async (context) => void (await own(agentTurn(context))),
      ),
    onError: (say) => {
      genesys.adapter.onTurnError = async (context) => void (await context.sendActivity(say));
    },
  };
}

/** What one answer shows. */
export interface Shown {
  messages: readonly GenesysMessage[];
  texts: string[];
  /** Payloads by the labels of buttons and quick replies, in their order. */
  buttons: [label: string, payload: string][];
  /** Addresses of the cards' pictures. */
  images: string[];
  state: string;
  intent: string;
  parameters: Record<string, string>;
}

/** The cards of a message. */
export function cardsOf(message: GenesysMessage): GenesysCard[] {
  if (message.type === 'Text') return [];
  return message.content.flatMap((one) => {
    if (one.contentType === 'Card') return [one.card];
    return one.contentType === 'Carousel' ? one.carousel.cards : [];
  });
}

/** The customer of one conversation. */
export class Customer {
  readonly #endpoints: Endpoints;
  readonly #route: 'v1' | 'v2';
  readonly conversationId = randomUUID();
  sessionId: string = randomUUID();

  constructor(endpoints: Endpoints, route: 'v1' | 'v2' = 'v2') {
    this.#endpoints = endpoints;
    this.#route = route;
  }

  say(text: string, more: object = {}): Promise<Shown> {
    return this.#send({ type: 'Text', text, ...more });
  }

  click([text, payload]: [label: string, payload: string] | undefined = ['', '']): Promise<Shown> {
    const buttonResponse = { type: 'Button', text, payload };
    return this.#send({
      type: 'Structured',
      text,
      content: [{ contentType: 'ButtonResponse', buttonResponse }],
    });
  }

  async #send(inputMessage: object): Promise<Shown> {
    const { conversationId: genesysConversationId, sessionId: botSessionId } = this;
    const ids = this.#route === 'v1' ? { botId: 'bot' } : { messageId: randomUUID() };
    const request = new Request(`http://localhost/api/genesys/${this.#route}/messages`, {
      method: 'POST',
      // An id of its own: what is said twice in one test is no repeat.
      headers: {
        authorization: secret,
        'content-type': 'application/json',
        'ININ-Correlation-Id': randomUUID(),
      },
      body: JSON.stringify({
        ...{ ...ids, botSessionId, genesysConversationId, inputMessage },
        ...{ languageCode: 'en-us', parameters: { tier: 'gold' } },
      }),
    });
    const response = await this.#endpoints.fetch(request);
    assert.equal(response?.status, 200);
    const body = JSON.parse((await response?.text()) ?? '');
    const messages: GenesysMessage[] = body.replyMessages;
    const buttons: Shown['buttons'] = [];
    const images: string[] = [];
    for (const message of messages) {
      for (const { actions, image } of cardsOf(message)) {
        for (const one of actions) if (one.type === 'Postback') buttons.push([one.text, one.payload]);
        if (image !== undefined) images.push(image);
      }
      for (const one of message.type === 'Text' ? [] : message.content)
        if (one.contentType === 'QuickReply') buttons.push([one.quickReply.text, one.quickReply.payload]);
    }
    const { botState: state, intent, parameters } = body;
    return { messages, texts: messages.map(({ text }) => text), buttons, images, state, intent, parameters };
  }
}

import {
  AgentApplication,
  CardFactory,
  MemoryStorage,
  MessageFactory,
  type TurnState,
} from '@microsoft/agents-hosting';
import express from 'express';
import { createAgentConnector, sessionOf } from 'genesys-card-bot/agents';

const storage = new MemoryStorage();
const agent = new AgentApplication<TurnState>({ storage });

agent.onConversationUpdate('membersAdded', async (context) => {
  await context.sendActivity(
    MessageFactory.suggestedActions(['Where is my order?', 'A person, please'], 'How can I help?'),
  );
});

agent.onActivity('message', async (context) => {
  const { text = '', value } = context.activity;
  if (/person/i.test(text)) {
    await context.sendActivity('I am getting somebody for you.');
    sessionOf(context)?.handOff('customerRequest');
    return;
  }
  if (value !== undefined) {
    await context.sendActivity('It is at the depot in Berlin.');
    return;
  }
  const card = {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [
      { type: 'TextBlock', text: 'Order 12345', weight: 'Bolder' },
      { type: 'FactSet', facts: [{ title: 'Status', value: 'shipped' }] },
    ],
    actions: [{ type: 'Action.Submit', title: 'Track parcel', data: { order: '12345' } }],
  };
  await context.sendActivity(MessageFactory.attachment(CardFactory.adaptiveCard(card)));
});

const app = express();
const genesys = createAgentConnector({
  secrets: [process.env.GENESYS_CONNECTOR_SECRET ?? ''],
  bots: { id: 'example', name: 'Example' },
  agent,
  storage,
});
genesys.routes(app);

export const server = app.listen(process.env.PORT ?? 3978);

import { ConversationState, MemoryStorage, type TurnContext } from 'botbuilder';
import { ChoicePrompt, DialogSet, DialogTurnStatus, WaterfallDialog } from 'botbuilder-dialogs';
import {
  CardMiddleware,
  createBotConnector,
  createCardRegistry,
  sendCard,
  sessionOf,
} from 'genesys-card-bot';
import restify from 'restify';

const storage = new MemoryStorage();
const state = new ConversationState(storage);
const dialogs = new DialogSet(state.createProperty('dialogs'));
dialogs.add(new ChoicePrompt('choice'));
dialogs.add(
  new WaterfallDialog('main', [
    (step) =>
      step.prompt('choice', {
        prompt: 'How can I help?',
        choices: ['Where is my order?', 'A person, please'],
      }),
    async (step) => {
      const { context, result } = step;
      if (result.value === 'A person, please') {
        await context.sendActivity('I am getting somebody for you.');
        sessionOf(context)?.handOff('customerRequest');
      } else {
        await sendCard(context, 'order-status-v1', {
          orderId: '12345',
          status: 'shipped',
          itemCount: 1,
          total: 49.9,
          currency: 'EUR',
          placedOn: '2026-11-20',
          trackingUrl: 'https://parcels.example.com/12345',
        });
      }
      return step.endDialog();
    },
  ]),
);

async function runTurn(context: TurnContext): Promise<void> {
  if (context.activity.type !== 'message') return;
  const dialog = await dialogs.createContext(context);
  const { status } = await dialog.continueDialog();
  if (status === DialogTurnStatus.empty) await dialog.beginDialog('main');
  await state.saveChanges(context);
}

const restifyServer = restify.createServer();
const genesys = createBotConnector({
  secrets: [process.env.GENESYS_CONNECTOR_SECRET ?? ''],
  bots: { id: 'example', name: 'Example' },
  logic: runTurn,
  storage,
});
genesys.adapter.use(new CardMiddleware({ registry: createCardRegistry() }));
genesys.routes(restifyServer);

restifyServer.listen(process.env.PORT ?? 3978);
export const { server } = restifyServer;

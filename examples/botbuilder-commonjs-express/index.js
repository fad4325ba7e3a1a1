const { ActivityHandler, CardFactory, MemoryStorage, MessageFactory } = require('botbuilder');
const express = require('express');
const { createBotConnector, sessionOf } = require('genesys-card-bot');

class OrderBot extends ActivityHandler {
  constructor() {
    super();
    this.onMembersAdded(async (context, next) => {
      const actions = ['Where is my order?', 'A person, please'];
      await context.sendActivity(MessageFactory.suggestedActions(actions, 'How can I help?'));
      await next();
    });
    this.onMessage(async (context, next) => {
      const { text = '', value } = context.activity;
      if (/person/i.test(text)) {
        await context.sendActivity('I am getting somebody for you.');
        sessionOf(context)?.handOff('customerRequest');
      } else if (value !== undefined) {
        await context.sendActivity('It is at the depot in Berlin.');
      } else {
        const track = { type: 'postBack', title: 'Track parcel', value: { order: '12345' } };
        await context.sendActivity(
          MessageFactory.attachment(CardFactory.heroCard('Order 12345', 'shipped', [], [track])),
        );
      }
      await next();
    });
  }
}

const bot = new OrderBot();
const app = express();
const genesys = createBotConnector({
  secrets: [process.env.GENESYS_CONNECTOR_SECRET ?? ''],
  bots: { id: 'example', name: 'Example' },
  logic: (context) => bot.run(context),
  storage: new MemoryStorage(),
});
genesys.routes(app);

module.exports.server = app.listen(process.env.PORT ?? 3978);

/** The routes to the bot, as both pages name them. */
export const routes = [
  { id: 'guest', name: 'Guest API', short: 'Guest', how: 'Cards are posted to the conversation' },
  { id: 'v1', name: 'Bot Connector v1', short: 'v1', how: 'Cards come in the answer to Architect' },
  { id: 'v2', name: 'Bot Connector v2', short: 'v2', how: 'Cards come in the answer, or later' },
];

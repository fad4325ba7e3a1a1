import type { Bot } from './botList.ts';

/** v1's list, which is pushed to Genesys: `{ chatBots }`. */
export function createV1BotList(bots: readonly Bot[]) {
  return {
    chatBots: bots.map(({ id, name: title, description, versions }) => ({
      id,
      name: title,
      ...(description === undefined ? {} : { description }),
      versions: versions.map((one) => ({
        version: one.version,
        supportedLanguages: one.languages,
        intents: one.intents.map(({ name: intentName, entities }) => ({
          name: intentName,
          ...(entities.length === 0
            ? {}
            : { slots: Object.fromEntries(entities.map((entity) => [entity.name, entity])) }),
        })),
      })),
    })),
  };
}

/** One bot of v2's list, which Genesys reads from us. */
export function createV2Bot({ id, name: title, provider, description, versions }: Bot) {
  return {
    id,
    name: title,
    provider,
    ...(description === undefined ? {} : { description }),
    versions: versions.map((one) => ({
      version: one.version,
      supportedLanguages: one.languages,
      intents: one.intents.map(({ name: intentName, entities }) => ({ name: intentName, entities })),
    })),
  };
}

/** v2's list: `{ entities }`. */
export function createV2BotList(bots: readonly Bot[]) {
  return { entities: bots.map(createV2Bot) };
}

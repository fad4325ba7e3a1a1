import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../../../cards/checks/plainJson.ts';
import { createSchemaError } from '../../../../cards/checks/schemaError.ts';
import { CodedError } from '../../../../cards/errors.ts';

/** The types of an entity (v2) or slot (v1), each also as a collection. Source: models of the platform SDKs, `BotEntityValue`. */
const simpleTypes = ['String', 'Integer', 'Decimal', 'Duration', 'Boolean', 'Currency', 'Datetime'];
const entityTypes = [...simpleTypes, ...simpleTypes.map((type) => `${type}Collection`)];

/** 1 to 100 characters without blanks at the ends, as Genesys takes names. */
const name = z.string().regex(/^[^\s\p{Cc}](?:[^\p{Cc}]{0,98}[^\s\p{Cc}])?$/u);
const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/)
  .refine((tag) => isLanguageTag(tag), 'is not a language tag such as en-us (BCP 47)');

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

const intent = z.strictObject({
  name: name.describe('The name of the intent, as the flow reads it.'),
  entities: z
    .array(z.strictObject({ name, type: z.enum(entityTypes) }))
    .max(50)
    .default([])
    .describe('What comes with the intent: entities in v2, slots in v1.'),
});

const version = z.strictObject({
  version: name.describe('The version that Architect shows.'),
  languages: z.array(language).min(1).max(50).describe('The languages, such as `en-us`.'),
  turnIntents: z
    .array(name)
    .min(2)
    .max(10)
    .describe('Intents that say "go on" in turn: the same one more than three times ends a v1 session.'),
  endIntent: name.describe('Stands for an end without an intent of its own.'),
  handOff: z
    .strictObject({
      intent: name.describe('Asks for a person.'),
      alsoFor: z.array(name).max(50).default([]).describe('Intents of dialogs that ask for a person, too.'),
    })
    .describe('How the bot asks for a person.'),
  intents: z.array(intent).min(1).max(50).describe('Every intent that the flow may read.'),
});

const bot = z.strictObject({
  id: name.describe('The id by which Genesys calls the bot.'),
  name: name.describe('The name that Architect shows.'),
  provider: name.describe('Who makes the bot.'),
  description: z.string().max(256).describe('What the bot does.').optional(),
  versions: z.array(version).min(1).max(50).describe('The versions of the bot.'),
});

const list = z.array(bot).min(1).max(50).describe('The bots that a flow can call.');
const file = z
  .strictObject({
    $schema: z.string().describe('Where an editor finds the JSON Schema of this file.').optional(),
    bots: list,
  })
  .meta({
    title: 'Bots',
    description: 'The list of bots (BOTS_FILE); the guide is docs/genesys-architect.md.',
  });

/** The JSON Schema of a list of bots for editors. */
export function createBotsJsonSchema(): { [key: string]: unknown } {
  return z.toJSONSchema(file, { target: 'draft-7', io: 'input' });
}

/**
 * One version of a bot, as Architect shows it.
 *
 * The `turnIntents` mean "go on" and alternate, because more than three equal intents end a v1 session. `handOff.intent` asks for a
 * person; so does a dialog that ends with an intent of `handOff.alsoFor`. `endIntent` is the intent of an end without its own intent.
 * A dialog that ends with another intent of `intents` ends the session with it; an intent that is not listed does not.
 */
export type BotVersion = z.infer<typeof version>;
/** A bot that a flow can call. */
export type Bot = z.infer<typeof bot>;

/** A bot that needs only an id and a name. */
export type BotEntry = Pick<Bot, 'id' | 'name'> & Partial<Bot>;

/** The default version of a bot: it goes on, ends, and hands over to a person. */
const defaultVersion: BotVersion = {
  version: '1.0',
  languages: ['en-us', 'en-gb', 'en'],
  turnIntents: ['turn-odd', 'turn-even'],
  endIntent: 'done',
  handOff: { intent: 'handoff', alsoFor: [] },
  intents: ['turn-odd', 'turn-even', 'done', 'handoff'].map((name) => ({ name, entities: [] })),
};

/**
 * Reads the list of bots in any form of the option `bots`.
 *
 * @throws CodedError `config.invalid` with the JSON path
 */
export function botsOf(given: BotEntry | readonly BotEntry[] | string | undefined): Bot[] {
  if (given === undefined || typeof given === 'string') return readBots(given);
  const entries: unknown[] = Array.isArray(given) ? given : [given];
  const filled = entries.map((entry) =>
    typeof entry === 'object' && entry !== null
      ? { provider: 'genesys-card-bot', versions: [defaultVersion], ...entry }
      : entry,
  );
  return checkBots(filled, 'The option `bots`');
}

/** The list of this project. */
const ownBotsFile = join(import.meta.dirname, 'bots.json');

/**
 * Reads the list of bots: one file for v1, v2 and `npm run cards -- bots`.
 *
 * @throws CodedError `config.invalid` with the JSON path
 */
export function readBots(path: string = ownBotsFile): Bot[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new CodedError('config.invalid', `BOTS_FILE: the file ${path} cannot be read.`, { cause });
  }
  const parsed = file.safeParse(jsonOf(path, bytes));
  if (!parsed.success) throw createSchemaError('config.invalid', `BOTS_FILE ${path}`, parsed.error);
  return checkBots(parsed.data.bots, `BOTS_FILE ${path}`);
}

function checkBots(given: unknown, where: string): Bot[] {
  const parsed = list.safeParse(given);
  if (!parsed.success) throw createSchemaError('config.invalid', where, parsed.error);
  requireUnique(
    parsed.data.map(({ id }) => id),
    'id',
    '$.bots',
  );
  parsed.data.forEach((one, i) => {
    requireUnique(
      one.versions.map(({ version }) => version),
      'version',
      `$.bots[${i}].versions`,
    );
    one.versions.forEach((version, j) => {
      checkVersion(version, `$.bots[${i}].versions[${j}]`);
    });
  });
  return parsed.data;
}

/** An intent with which a dialog ends, and the entities that its outcome may name. */
export interface Ending {
  readonly intent: string;
  readonly endsWith?: readonly string[];
}

/**
 * Finds the endings of dialogs that a version of a bot does not list, such as `card-bot 1.0: orderStatus.orderId`: a flow does not
 * receive them. An ending that asks for a person has the entities of the hand-off intent.
 */
export function findUnlistedEndings(bots: readonly Bot[], endings: readonly Ending[]): string[] {
  return bots.flatMap(({ id, versions }) =>
    versions.flatMap(({ version, intents, handOff }) =>
      endings.flatMap(({ intent, endsWith }) => {
        if (endsWith === undefined) return [];
        const sent = handOff.alsoFor.includes(intent) ? handOff.intent : intent;
        const listed = intents.find(({ name }) => name === sent);
        const names = listed?.entities.map(({ name }) => name) ?? [];
        const missing = endsWith.filter((entity) => !names.includes(entity)).map((entity) => `.${entity}`);
        return (listed === undefined ? [''] : missing).map((what) => `${id} ${version}: ${intent}${what}`);
      }),
    ),
  );
}

function jsonOf(path: string, bytes: Buffer): unknown {
  try {
    return parseJson(bytes, 'config.invalid');
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new CodedError('config.invalid', `BOTS_FILE ${path}: ${cause.message}`, { path: '$', cause });
  }
}

function checkVersion({ intents, turnIntents, endIntent, handOff }: BotVersion, path: string): void {
  const known = intents.map(({ name }) => name);
  requireUnique(known, 'name', `${path}.intents`);
  intents.forEach(({ entities }, i) => {
    const names = entities.map(({ name }) => name);
    requireUnique(names, 'name', `${path}.intents[${i}].entities`);
  });
  requireUnique(turnIntents, 'name', `${path}.turnIntents`);
  const used: [path: string, intent: string][] = [
    ...turnIntents.map((intent, i): [string, string] => [`${path}.turnIntents[${i}]`, intent]),
    [`${path}.endIntent`, endIntent],
    [`${path}.handOff.intent`, handOff.intent],
  ];
  for (const [at, intent] of used)
    if (!known.includes(intent)) throw createListError('is not one of the intents', at);
}

function requireUnique(values: readonly string[], key: string, path: string): void {
  if (new Set(values).size < values.length) throw createListError(`has the same ${key} twice`, path);
}

function createListError(what: string, path: string): CodedError {
  return new CodedError('config.invalid', `The list of bots (BOTS_FILE): ${path} ${what}.`, {
    path,
    hint: 'Correct the file; docs/genesys-architect.md describes it.',
  });
}

/**
 * Finds the bot of a request. v1 sends the name as `botId` and the id in `chatBot`, so any of them may match. In a list of one bot,
 * every name matches.
 */
export function findBot(bots: readonly Bot[], names: readonly (string | undefined)[]): Bot | undefined {
  const [only] = bots;
  if (only !== undefined && bots.length === 1) return only;
  return names
    .map((wanted) => bots.find(({ id }) => id === wanted) ?? bots.find(({ name }) => name === wanted))
    .find((found) => found !== undefined);
}

/** Returns the version of a request; the last one of the list for an unknown version. */
export function findVersion({ versions }: Bot, wanted: string | undefined): BotVersion {
  const found = versions.find((one) => one.version === wanted) ?? versions.at(-1);
  // The schema asks for at least one version.
  if (found === undefined) throw new RangeError('A bot without versions.');
  return found;
}

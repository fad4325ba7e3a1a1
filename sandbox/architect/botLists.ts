import { z } from 'zod';
import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import { parseOrRefuse, problemsOf } from '../http/jsonPath.ts';
import { bodyLimit, complain, type Platform } from '../platform/platform.ts';
import { askBot } from './askBot.ts';

/** The bot that a flow calls: what its list says of its newest version. */
export interface ListedBot {
  id: string;
  name: string;
  version: string;
  /** The languages of its newest version; at least one. */
  languages: readonly string[];
  /** undefined: no list could be had, so no intent is checked. */
  intents: ReadonlySet<string> | undefined;
}

const name = z.string().regex(/^\S(.{0,98}\S)?$/u, '1 to 100 characters without blanks at the ends');
const language = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'not a language code');
const languages = z.array(language).min(1);
const slotType = z
  .string()
  .regex(/^(string|integer|decimal|duration|boolean|currency|datetime)(collection)?$/i, 'no such type');

/** Fields of the models that Genesys fills in, which may come back from a list that was read. */
const setByGenesys = { botCompositeTag: z.string().optional(), selfUri: z.string().optional() };

const v1List = z.strictObject({
  chatBots: z
    .array(
      z.strictObject({
        id: name,
        name: name.optional(),
        description: z.string().max(256).optional(),
        ...setByGenesys,
        versions: z
          .array(
            z.strictObject({
              version: name,
              supportedLanguages: languages,
              intents: z
                .array(
                  z.strictObject({
                    name,
                    slots: z.record(name, z.strictObject({ name, type: slotType })).optional(),
                  }),
                )
                .max(50),
            }),
          )
          .min(1)
          .max(50),
      }),
    )
    .max(50),
});

const v2Bot = z.strictObject({
  id: name,
  name,
  provider: z.string(),
  description: z.string().optional(),
  ...setByGenesys,
  versions: z
    .array(
      z.strictObject({
        version: name,
        supportedLanguages: languages,
        intents: z.array(
          z.strictObject({ name, entities: z.array(z.strictObject({ name, type: slotType })).optional() }),
        ),
      }),
    )
    .min(1),
});
const v2List = z.object({ entities: z.array(v2Bot).min(1) });

const mostLists = 100;
const unknownBot: ListedBot = {
  id: 'card-bot',
  name: 'Card Bot',
  version: '1.0',
  languages: ['en-us'],
  intents: undefined,
};

/** The lists of bots: v1's are pushed to Genesys, v2's are read from the bot. */
export class BotLists {
  readonly #platform: Platform;
  readonly #pushed = new Map<string, z.infer<typeof v1List>>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** `PUT /api/v2/integrations/botconnector/{integrationId}/bots` */
  async put(call: Call): Promise<void> {
    this.#platform.tokens.of(call);
    const list = parseOrRefuse(v1List, await call.json(bodyLimit));
    this.#pushed.delete(call.param(0));
    this.#pushed.set(call.param(0), list);
    const oldest = this.#pushed.size > mostLists ? this.#pushed.keys().next().value : undefined;
    if (oldest !== undefined) this.#pushed.delete(oldest);
    call.answer(204);
  }

  /** `GET` of the same path. */
  get(call: Call): void {
    this.#platform.tokens.of(call);
    call.answer(200, this.#pushed.get(call.param(0)) ?? { chatBots: [] });
  }

  /** `GET …/bots/summaries`: ids and names alone. */
  summaries(call: Call): void {
    call.answer(200, pageOf(this.#bots(call).map(summaryOf), call));
  }

  /** `GET …/bots/{botId}`: one bot of the list; `?version=` asks for one of its versions. */
  bot(call: Call): void {
    call.answer(200, findVersion(this.#bot(call), call));
  }

  /** `GET …/bots/{botId}/versions`, newest last, without languages and intents. */
  versions(call: Call): void {
    const { versions, ...bot } = this.#bot(call);
    call.answer(
      200,
      pageOf(
        versions.map(({ version }) => ({ ...summaryOf(bot), version })),
        call,
      ),
    );
  }

  /** `GET /api/v2/integrations/botconnectors/{integrationId}/bots`: v2's list, as the bot itself serves it. */
  async ownBots(call: Call): Promise<void> {
    call.answer(200, pageOf(await this.#own(call), call));
  }

  /** `GET …/bots/summaries` of v2: without languages and intents. */
  async ownSummaries(call: Call): Promise<void> {
    const entities = (await this.#own(call)).map(({ versions, ...bot }) => ({
      ...summaryOf(bot),
      versions: versions.map(({ version }) => ({ version })),
    }));
    call.answer(200, pageOf(entities, call));
  }

  /** `GET …/bots/{botId}` of v2; `?version=` asks for one of its versions. */
  async ownBot(call: Call): Promise<void> {
    const bot = (await this.#own(call)).find(({ id }) => id === call.param(1));
    if (bot === undefined) throw new ApiError(404, 'not.found', 'There is no such bot');
    call.answer(200, findVersion(bot, call));
  }

  async #own(call: Call): Promise<z.infer<typeof v2List>['entities']> {
    this.#platform.tokens.of(call);
    let problem = '';
    const bots = await this.#read((path, message) => {
      problem = `${path} ${message}`.trim();
    });
    if (bots === undefined)
      throw new ApiError(502, 'bot.list.unavailable', `The list of the bot cannot be read: ${problem}`);
    return bots;
  }

  #bots(call: Call): z.infer<typeof v1List>['chatBots'] {
    this.#platform.tokens.of(call);
    return this.#pushed.get(call.param(0))?.chatBots ?? [];
  }

  #bot(call: Call): z.infer<typeof v1List>['chatBots'][number] {
    const bot = this.#bots(call).find(({ id }) => id === call.param(1));
    if (bot === undefined) throw new ApiError(404, 'not.found', 'There is no such bot');
    return bot;
  }

  /** The first bot of the list that was pushed last; the bot's own list stands in when none was pushed. */
  async v1(): Promise<ListedBot> {
    const bot = [...this.#pushed.values()].at(-1)?.chatBots[0];
    return bot ? listBot({ ...bot, name: bot.name ?? bot.id }) : firstOf(await this.#read(() => {}));
  }

  /** The first bot of the list that the bot itself serves. */
  async v2(): Promise<ListedBot> {
    const tell = (path: string, message: string) =>
      complain(this.#platform, undefined, { where: 'v2 bot list', path, message, rule: 6 });
    return firstOf(await this.#read(tell));
  }

  /** The list that the bot serves; undefined when it cannot be read. */
  async #read(
    tell: (path: string, message: string) => void,
  ): Promise<z.infer<typeof v2List>['entities'] | undefined> {
    const answer = await askBot(this.#platform, {
      method: 'GET',
      path: `${this.#platform.connector.paths.v2}/bots`,
      timeoutMs: 5_000,
    });
    if (answer.kind !== 'answer' || answer.status !== 200) {
      const message = answer.kind === 'answer' ? `answered with ${answer.status}` : answer.kind;
      tell('', message);
      return undefined;
    }
    const parsed = v2List.safeParse(answer.body);
    if (parsed.success) return parsed.data.entities;
    for (const { path, message } of problemsOf(parsed.error)) tell(path, message);
    return undefined;
  }

  clear(): void {
    this.#pushed.clear();
  }
}

interface NamedBot {
  id: string;
  name?: string | undefined;
  description?: string | undefined;
}

const summaryOf = ({ id, name: title = id, description }: NamedBot) => ({
  id,
  name: title,
  ...(description === undefined ? {} : { description }),
});

/** A bot with the version that the call asks for, or with all of them. */
function findVersion<Bot extends { versions: readonly { version: string }[] }>(bot: Bot, call: Call): object {
  const wanted = call.query('version');
  const versions = bot.versions.filter(({ version }) => wanted === undefined || version === wanted);
  if (versions.length === 0) throw new ApiError(404, 'not.found', 'There is no such version');
  return { ...bot, versions };
}

/** One page of a listing, as the official SDK's models have it; pages of 25 by default. */
function pageOf<T>(all: readonly T[], call: Call) {
  const pageSize = Math.max(1, Number(call.query('pageSize')) || 25);
  const pageNumber = Math.max(1, Number(call.query('pageNumber')) || 1);
  const entities = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  return { entities, pageSize, pageNumber, total: all.length, pageCount: Math.ceil(all.length / pageSize) };
}

function firstOf(bots: readonly BotWithVersions[] = []): ListedBot {
  return bots[0] === undefined ? unknownBot : listBot(bots[0]);
}

interface BotWithVersions {
  id: string;
  name: string;
  versions: readonly {
    version: string;
    supportedLanguages: readonly string[];
    intents: readonly { name: string }[];
  }[];
}

function listBot({ id, name: title, versions }: BotWithVersions): ListedBot {
  const newest = versions.at(-1);
  return {
    id,
    name: title,
    version: newest?.version ?? unknownBot.version,
    languages: newest?.supportedLanguages ?? unknownBot.languages,
    intents: new Set(newest?.intents.map((intent) => intent.name)),
  };
}

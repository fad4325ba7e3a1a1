import { z } from 'zod';
import { attemptOf, classify, type GenesysApi } from '../../../../cards/delivery/genesysApi.ts';
import type { HttpResult } from '../../../../cards/delivery/http.ts';
import { CodedError } from '../../../../cards/errors.ts';
import { tryJson } from '../../../../cards/json.ts';
import type { Bot } from './botList.ts';

// The list of bots as Genesys receives it: v1's is pushed, v2's is read.

/** Returns v1's list, which is pushed to Genesys: `{ chatBots }`. */
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

/** Returns one bot of v2's list, which Genesys reads from us. */
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

/** Returns v2's list: `{ entities }`. */
export function createV2BotList(bots: readonly Bot[]) {
  return { entities: bots.map(createV2Bot) };
}

/** The integration of Genesys that has the list. */
export interface BotRegistration {
  api: Pick<GenesysApi, 'request'>;
  /** Id of the Genesys Bot Connector integration, as its page in Genesys shows it. */
  integrationId: string;
}

/** A bot in Genesys' list. */
export interface RegisteredBot {
  id: string;
  name: string;
  versions: { version: string; languages: string[]; intents: string[] }[];
}

/**
 * Pushes v1's list of bots to Genesys, which replaces the list there. Needs the permission `integration:botconnector:edit`.
 *
 * @throws CodedError `genesys.*`
 */
export async function registerBots(
  { api, integrationId }: BotRegistration,
  bots: readonly Bot[],
): Promise<void> {
  const body = JSON.stringify(createV1BotList(bots));
  const result = await api.request({ method: 'PUT', path: pathOf(integrationId), body });
  requireAccepted(result, integrationId, 'integration:botconnector:edit');
}

const listedVersion = z.object({
  version: z.string(),
  supportedLanguages: z.array(z.string()).nullish(),
  intents: z.array(z.object({ name: z.string() })).nullish(),
});
const listedBot = z.object({
  id: z.string(),
  name: z.string().nullish(),
  versions: z.array(listedVersion).nullish(),
});
const listed = z.object({ chatBots: z.array(listedBot).nullish() });

/**
 * Reads the list of bots that Genesys has for v1. Needs the permission `integration:botconnector:view`.
 *
 * @throws CodedError `genesys.*`
 */
export async function listBots({ api, integrationId }: BotRegistration): Promise<RegisteredBot[]> {
  const result = await api.request({ method: 'GET', path: pathOf(integrationId) });
  const body = requireAccepted(result, integrationId, 'integration:botconnector:view');
  const parsed = listed.safeParse(tryJson(body));
  if (!parsed.success)
    throw new CodedError('genesys.unavailable', 'The answer of Genesys is not a list of bots.');
  return (parsed.data.chatBots ?? []).map(({ id, name, versions }) => ({
    id,
    name: name ?? id,
    versions: (versions ?? []).map((one) => ({
      version: one.version,
      languages: one.supportedLanguages ?? [],
      intents: (one.intents ?? []).map((intent) => intent.name),
    })),
  }));
}

function pathOf(integrationId: string): string {
  return `/api/v2/integrations/botconnector/${encodeURIComponent(integrationId)}/bots`;
}

function requireAccepted(result: HttpResult, integrationId: string, permission: string): string {
  const kind = classify(result);
  if (kind === 'accepted' && result.kind === 'answer') return result.body;
  const hints: Partial<Record<typeof kind, string>> = {
    rejected: `Check the integration id (${integrationId}) and the list of bots.`,
    forbidden: `Give a role of the OAuth client the permission ${permission}.`,
  };
  const status = result.kind === 'answer' ? `${result.status}` : 'nothing';
  const hint = hints[kind];
  throw new CodedError(
    attemptOf[kind].code ?? 'genesys.unavailable',
    `Genesys answered with ${status}.`,
    hint === undefined ? {} : { hint },
  );
}

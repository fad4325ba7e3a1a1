import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../cards/checks/plainJson.ts';
import { findClosest, suggestName } from '../../cards/closest.ts';
import { parseDatabaseUrl, schemaOf } from '../../cards/delivery/store/postgres/schema.ts';
import { CodedError } from '../../cards/errors.ts';
import { readSystemCode } from '../log/errorFields.ts';
import { type Config, checkConfig } from './config.ts';
import type { Env } from './environment.ts';

/** One of several organisations that a process serves. */
export interface Org {
  /** Its part of every path: `/orgs/ID/…`. */
  readonly id: string;
  /** The environment of a bot that would serve it alone. */
  readonly env: Env;
  /** The names of the variables that hold its secrets. */
  readonly variables: readonly string[];
  readonly config: Config;
}

/**
 * A key of the file with its setting and its marks. `own`: it cannot be set for all organisations. `path`: a file or folder,
 * relative to the folder of the organisations' file. `variable`: the name of the variable that holds a secret. `door`: a secret by
 * which a caller shows for which organisation it calls.
 */
type Key = readonly [key: string, setting: string, ...marks: ('own' | 'path' | 'variable' | 'door')[]];

const keys: readonly Key[] = [
  ['region', 'GENESYS_REGION', 'own'],
  ['loginUrl', 'GENESYS_LOGIN_URL', 'own'],
  ['apiUrl', 'GENESYS_API_URL', 'own'],
  ['clientId', 'GENESYS_CLIENT_ID', 'own'],
  ['scope', 'GENESYS_SCOPE'],
  ['requestsPerMinute', 'GENESYS_REQUESTS_PER_MINUTE'],
  ['dropsRepeats', 'GENESYS_DROPS_REPEATS'],
  ['onUnknown', 'GENESYS_ON_UNKNOWN'],
  ['textOnUnknown', 'GENESYS_TEXT_ON_UNKNOWN'],
  ['connectorHeader', 'GENESYS_CONNECTOR_HEADER'],
  ['guestGatewayAppIds', 'GUEST_GATEWAY_APP_IDS', 'own'],
  ['cardsApiAudience', 'CARDS_API_AUDIENCE', 'own'],
  ['opsAudience', 'OPS_AUDIENCE', 'own'],
  ['linkHosts', 'CARD_LINK_HOSTS'],
  ['imageHosts', 'CARD_IMAGE_HOSTS'],
  ['picturesBaseUrl', 'PICTURES_BASE_URL'],
  ['outcomeWaitMs', 'CARD_OUTCOME_WAIT_MS'],
  ['ordersUrl', 'ORDERS_API_URL', 'own'],
  ['identityCheck', 'IDENTITY_CHECK'],
  ['analyticsUrl', 'ANALYTICS_WEBHOOK_URL', 'own'],
  ['appType', 'MicrosoftAppType'],
  ['appId', 'MicrosoftAppId'],
  ['appTenantId', 'MicrosoftAppTenantId'],
  ['cardRetentionDays', 'CARD_RETENTION_DAYS'],
  ['auditRetentionDays', 'AUDIT_RETENTION_DAYS'],
  ['clientCertFile', 'GENESYS_CLIENT_CERT_FILE', 'path'],
  ['clientKeyFile', 'GENESYS_CLIENT_KEY_FILE', 'path'],
  ['botsFile', 'BOTS_FILE', 'path'],
  ['templatesDir', 'CARD_TEMPLATES_DIR', 'path'],
  ['clientSecretVariable', 'GENESYS_CLIENT_SECRET', 'variable', 'own'],
  ['connectorSecretsVariable', 'GENESYS_CONNECTOR_SECRETS', 'variable', 'own', 'door'],
  ['guestGatewaySecretsVariable', 'GUEST_GATEWAY_SECRETS', 'variable', 'own', 'door'],
  ['cardsApiSecretsVariable', 'CARDS_API_SECRETS', 'variable', 'own', 'door'],
  ['opsSecretVariable', 'OPS_SECRET', 'variable', 'own', 'door'],
  ['ordersSecretVariable', 'ORDERS_API_SECRET', 'variable', 'own'],
  ['analyticsSecretVariable', 'ANALYTICS_WEBHOOK_SECRET', 'variable', 'own'],
  ['auditSecretVariable', 'AUDIT_SECRET', 'variable'],
  ['appPasswordVariable', 'MicrosoftAppPassword', 'variable'],
  ['applicationInsightsVariable', 'APPLICATIONINSIGHTS_CONNECTION_STRING', 'variable'],
];

/** Every key of an organisation in the file, for the docs. */
export const orgKeys: readonly string[] = keys.map(([key]) => key);
const settingOf: ReadonlyMap<string, string> = new Map(keys.map(([key, setting]) => [key, setting]));
const keyOf: ReadonlyMap<string, string> = new Map(keys.map(([key, setting]) => [setting, key]));
const listMarked = (mark: 'own' | 'path' | 'variable' | 'door') =>
  keys.filter(([, , ...marks]) => marks.includes(mark));
const isPath = new Set(listMarked('path').map(([key]) => key));
const variableKeys = listMarked('variable').map(([key]) => key);

/** `acme-queue` is not allowed: in PostgreSQL it is the schema of the queue of `acme`. */
const idPattern = /^(?!(?:.*-)?queue$)[a-z][a-z0-9-]{0,27}$/;
const text = z.string('must be a text').min(1, 'must not be empty');
const value = z.union([z.string(), z.number(), z.boolean(), z.array(text)], {
  error: 'must be a text, a number, true, false or a list of texts',
});
const variable = z
  .string('must be the name of a variable')
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of a variable, not a secret');

const anObject = 'must be an object';
const orgSchema = z.strictObject(
  Object.fromEntries(
    orgKeys.map((key) => [
      key,
      (variableKeys.includes(key) ? variable : isPath.has(key) ? text : value).optional(),
    ]),
  ),
  anObject,
);
const fileSchema = z.strictObject({ orgs: z.record(z.string(), orgSchema, anObject) }, anObject);

/** An organisation in the file. */
type OrgEntry = z.infer<typeof orgSchema>;

/**
 * Reads the organisations of `GENESYS_ORGS_FILE`; undefined without that setting: then the process serves one organisation.
 *
 * @throws CodedError `config.invalid` whose message lists every problem with its JSON path, one a line, without any value
 */
export function readOrgs(env: Env): readonly Org[] | undefined {
  const file = env.GENESYS_ORGS_FILE?.trim() ?? '';
  if (file === '') return undefined;
  const parsed = fileSchema.safeParse(readFile(file));
  if (!parsed.success) throw createInvalidError(parsed.error.issues.flatMap(describe));
  const entries = Object.entries(parsed.data.orgs);
  const problems = [
    ...(entries.length === 0 ? ['$.orgs: must name at least one organisation'] : []),
    ...listMarked('own')
      .filter(([, name]) => (env[name]?.trim() ?? '') !== '')
      .map(
        ([key, name]) => `${name}: cannot be set beside GENESYS_ORGS_FILE; write it into that file as ${key}`,
      ),
  ];
  const orgs: Org[] = [];
  for (const [id, entry] of entries) {
    const path = `$.orgs.${id}`;
    if (!idPattern.test(id)) {
      problems.push(
        `${path}: an id begins with a-z, has at most 28 of a-z, 0-9 and -, and does not end with queue`,
      );
      continue;
    }
    const unset = unsetVariables(entry, env);
    const orgEnv = envOf(id, entry, env, dirname(file));
    const { config, problems: own } = checkConfig(orgEnv);
    problems.push(...unset.map((key) => `${path}.${key}: names a variable that is not set`));
    // A secret that is missing because its variable is not set is reported already.
    const isTold = (problem: string) => unset.some((key) => problem.startsWith(`${settingOf.get(key)}:`));
    problems.push(
      ...own.filter((problem) => !isTold(problem)).map((problem) => describeInFile(path, problem)),
    );
    if (config !== undefined) orgs.push({ id, env: orgEnv, variables: variablesOf(entry), config });
  }
  problems.push(...findSharedSecrets(entries, env));
  if (problems.length > 0) throw createInvalidError(problems);
  return orgs;
}

/** The organisation of this id. @throws CodedError `config.invalid` when there is none */
export function findOrg(orgs: readonly Org[], id: string): Org {
  const found = orgs.find((org) => org.id === id);
  if (found !== undefined) return found;
  const ids = orgs.map((org) => org.id);
  throw new CodedError('config.invalid', 'There is no such organisation in GENESYS_ORGS_FILE.', {
    hint: `${suggestName(findClosest(id, ids))}The organisations are: ${ids.join(', ')}.`,
  });
}

function readFile(file: string): unknown {
  let json: Buffer;
  try {
    json = readFileSync(file);
  } catch (cause) {
    throw createInvalidError(
      [`GENESYS_ORGS_FILE: the file cannot be read (${readSystemCode(cause)})`],
      cause,
    );
  }
  try {
    return parseJson(json, 'config.invalid');
  } catch (cause) {
    throw createInvalidError([`$: ${cause instanceof CodedError ? cause.message : 'cannot be read'}`], cause);
  }
}

function createInvalidError(problems: readonly string[], cause?: unknown): CodedError {
  return new CodedError(
    'config.invalid',
    `The file of GENESYS_ORGS_FILE is not valid:\n- ${problems.join('\n- ')}`,
    { cause },
  );
}

/** Describes a problem of the file. An unknown key is named only if it is close to a known one: it may be a misplaced secret. */
function describe(issue: z.core.$ZodIssue): string[] {
  const path = ['$', ...issue.path.map(String)].join('.');
  if (issue.code !== 'unrecognized_keys') return [`${path}: ${issue.message}`];
  const known = issue.path.length === 0 ? ['orgs'] : orgKeys;
  return issue.keys.map((key) => {
    const meant = findClosest(key, known);
    return meant === undefined
      ? `${path}: has a key that is not known; the keys are ${known.join(', ')}`
      : `${path}.${key}: is not known; did you mean ${meant}?`;
  });
}

function variablesOf(entry: OrgEntry): string[] {
  return variableKeys.flatMap((key) => (entry[key] === undefined ? [] : [String(entry[key])]));
}

function unsetVariables(entry: OrgEntry, env: Env): string[] {
  return variableKeys.filter((key) => {
    const name = entry[key];
    return name !== undefined && (env[String(name)]?.trim() ?? '') === '';
  });
}

/** The environment of a bot for one organisation: its settings, the defaults of all, and its own place in the store. */
function envOf(id: string, entry: OrgEntry, env: Env, folder: string): Env {
  const own: Record<string, string | undefined> = {};
  for (const [key, given] of Object.entries(entry)) {
    const setting = settingOf.get(key);
    if (given === undefined || setting === undefined) continue;
    if (variableKeys.includes(key)) own[setting] = env[String(given)];
    else own[setting] = isPath.has(key) ? resolve(folder, String(given)) : String(given);
  }
  const { GENESYS_ORGS_FILE: _, DATA_DIR = '', DATABASE_URL, ...shared } = env;
  return {
    ...shared,
    ...own,
    DATA_DIR: join(DATA_DIR.trim() === '' ? '.data' : DATA_DIR.trim(), 'orgs', id),
    DATABASE_URL: withSchema(DATABASE_URL, id),
  };
}

function withSchema(url: string | undefined, id: string): string | undefined {
  const given = url?.trim() ?? '';
  // `checkConfig` reports an address that is not valid.
  if (parseDatabaseUrl(given) === null) return url;
  const named = `schema=${schemaOf(given)}_${id.replaceAll('-', '_')}`;
  if (/[?&]schema=/.test(given)) return given.replace(/(?<=[?&])schema=[^&]*/, named);
  return `${given}${given.includes('?') ? '&' : '?'}${named}`;
}

/** Rewrites a problem of the environment with the keys of the file. */
function describeInFile(path: string, problem: string): string {
  const words = problem.replaceAll(/\b[A-Z]\w+\b/g, (word) => keyOf.get(word) ?? word);
  return words === problem ? `${path}: ${problem}` : `${path}.${words}`;
}

function findSharedSecrets(entries: readonly [string, OrgEntry][], env: Env): string[] {
  return listMarked('door').flatMap(([key]) => {
    const ownerOf = new Map<string, string>();
    return entries.flatMap(([id, entry]) => {
      const secrets = (env[String(entry[key] ?? '')] ?? '').split(',').map((secret) => secret.trim());
      const owner = secrets.map((secret) => ownerOf.get(secret)).find((one) => one !== undefined);
      for (const secret of secrets) if (secret !== '') ownerOf.set(secret, id);
      return owner === undefined
        ? []
        : [`$.orgs.${id}.${key}: has a secret of ${owner}, too; each organisation needs its own secrets`];
    });
  });
}

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseDatabaseUrl, schemaPattern } from '../../cards/delivery/store/postgres/schema.ts';
import { CodedError } from '../../cards/errors.ts';
import { checkUrl } from '../../cards/richText/urlPolicy.ts';
import { ownTemplatesDir } from '../../cards/templates/readTemplates.ts';
import { readSystemCode } from '../log/errorFields.ts';
import { type Env, readProxy } from './environment.ts';
import { findProblems, isLoopback, splitList } from './rules.ts';

/** The checked settings of the environment. */
export type Config = ReturnType<typeof toConfig>;

/** About ten days, in milliseconds; a timer of Node cannot wait for more than 24 days. */
const longestMs = 864_000_000;
const text = z.string();
const optional = text.optional();
const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(longestMs);
const days = z.coerce.number().int().min(1).max(36_500);
const list = text.transform(splitList).default([]);
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');
const pemFile = text.transform((file, context) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    context.addIssue(`the file cannot be read (${readSystemCode(cause)})`);
    return z.NEVER;
  }
});
const hostUrl = text.refine(isHostUrl, 'must be an http or https address without a path, query or user name');
const hosts = text
  .transform(splitList)
  .refine((list) => list.every((host) => /^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}$/i.test(host)), {
    message: 'must be a comma-separated list of host names such as cdn.example.com or *.example.com',
  });

/** The domains of Genesys Cloud's regions, as its own SDK lists them (`PureCloudRegionHosts` of 262.0.0). */
export const genesysRegions: readonly string[] = [
  'mypurecloud.com',
  'usw2.pure.cloud',
  'use2.us-gov-pure.cloud',
  'cac1.pure.cloud',
  'mxc1.pure.cloud',
  'sae1.pure.cloud',
  'mypurecloud.ie',
  'euw2.pure.cloud',
  'mypurecloud.de',
  'euc2.pure.cloud',
  'edee1.eusc-pure.cloud',
  'mypurecloud.jp',
  'apne2.pure.cloud',
  'apne3.pure.cloud',
  'aps1.pure.cloud',
  'apse1.pure.cloud',
  'mypurecloud.com.au',
  'mec1.pure.cloud',
];

const environment = z.object({
  NODE_ENV: optional,
  /** See `readOrgs`. */
  GENESYS_ORGS_FILE: optional,
  HOST: text.transform((host) => host.replace(/^\[(.*)\]$/, '$1')).optional(),
  PORT: port.default(3978),
  SANDBOX_PORT: port.default(3979),
  MicrosoftAppType: z.enum(['SingleTenant', 'UserAssignedMSI']).default('SingleTenant'),
  MicrosoftAppId: optional,
  MicrosoftAppPassword: optional,
  MicrosoftAppTenantId: optional,
  GENESYS_REGION: text
    .refine(
      (region) => genesysRegions.includes(region),
      `must be a domain of Genesys Cloud, one of ${genesysRegions.join(', ')}; for other hosts set GENESYS_LOGIN_URL and GENESYS_API_URL`,
    )
    .optional(),
  GENESYS_LOGIN_URL: hostUrl.optional(),
  GENESYS_API_URL: hostUrl.optional(),
  GENESYS_CLIENT_ID: optional,
  GENESYS_CLIENT_SECRET: optional,
  GENESYS_CLIENT_CERT_FILE: pemFile.optional(),
  GENESYS_CLIENT_KEY_FILE: pemFile.optional(),
  /** Empty: no scope is requested, because a client of a real org has its rights from roles. */
  GENESYS_SCOPE: text.default('webchat:guest:write'),
  GENESYS_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(100),
  GENESYS_DROPS_REPEATS: flag,
  GENESYS_ON_UNKNOWN: z.enum(['hold', 'resend']).default('hold'),
  GENESYS_TEXT_ON_UNKNOWN: flag,
  GENESYS_CONNECTOR_HEADER: text
    .toLowerCase()
    .regex(/^[a-z0-9_-]{1,64}$/, 'must be a header name')
    .default('authorization'),
  GENESYS_CONNECTOR_SECRETS: list,
  GUEST_GATEWAY_APP_IDS: text
    .transform(splitList)
    .refine(
      (list) => list.every((id) => z.guid().safeParse(id).success),
      'must be a comma-separated list of app ids',
    )
    .default([]),
  GUEST_GATEWAY_SECRETS: list,
  CARDS_API_SECRETS: list,
  CARDS_API_AUDIENCE: list,
  OPS_SECRET: optional,
  OPS_AUDIENCE: list,
  BOTS_FILE: optional,
  CARD_TEMPLATES_DIR: optional,
  CARD_LINK_HOSTS: hosts.optional(),
  CARD_IMAGE_HOSTS: hosts.optional(),
  /** The bot serves embedded pictures below this address; unset: it does not. */
  PICTURES_BASE_URL: text
    .refine(isPublicUrl, 'must be the https address of the bot, without a port, query or user name')
    .transform(withoutSlash)
    .optional(),
  CARD_OUTCOME_WAIT_MS: milliseconds
    .max(5_000, 'must be at most 5000: a channel waits 15 seconds for a turn')
    .default(1_500),
  ORDERS_API_URL: text
    .refine(isHttpUrl, 'must be an http or https address without a query or user name')
    .optional(),
  IDENTITY_CHECK: z.enum(['postcode', 'always', 'off']).default('postcode'),
  RECOGNIZER: z.enum(['embedded', 'clu']).default('embedded'),
  AZURE_LANGUAGE_ENDPOINT: hostUrl.optional(),
  AZURE_LANGUAGE_KEY: optional,
  AZURE_LANGUAGE_PROJECT: optional,
  AZURE_LANGUAGE_DEPLOYMENT: optional,
  ORDERS_API_SECRET: optional,
  DATABASE_URL: text
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .refine(
      (url) => parseDatabaseUrl(url)?.hash === '',
      'is not an address; in its user and password write / as %2F, # as %23, ? as %3F, @ as %40 and % as %25',
    )
    .refine(
      (url) => schemaPattern.test(parseDatabaseUrl(url)?.searchParams.get('schema') ?? 'a'),
      'its schema must be a name of a-z, 0-9 and _, of at most 44 characters',
    )
    .optional(),
  CARD_RETENTION_DAYS: days.default(30),
  AUDIT_RETENTION_DAYS: days.default(365),
  DATA_DIR: text.default('.data'),
  APPLICATIONINSIGHTS_CONNECTION_STRING: text
    .regex(
      /InstrumentationKey=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
      'must contain InstrumentationKey= and a key',
    )
    .optional(),
  ANALYTICS_WEBHOOK_URL: text.refine(isWebhookUrl, 'must be an https address without a user name').optional(),
  /** Each signs every event. */
  ANALYTICS_WEBHOOK_SECRET: text
    .transform(splitList)
    .refine(
      (list) =>
        list.every((secret) => !secret.startsWith('whsec_') || isBase64(secret.slice('whsec_'.length))),
      'must be whsec_ and 24 to 64 bytes in base64',
    )
    .default([]),
  /** The newest first: it signs the audit log. */
  AUDIT_SECRET: list,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** The names of all settings, for the deployment templates and the docs. */
export const settingNames: readonly string[] = Object.keys(environment.shape);

/**
 * Reads the configuration from environment variables.
 *
 * @throws CodedError `config.invalid` whose message lists every problem, one a line, without any value.
 */
export function readConfig(env: Env): Config {
  const { config, problems } = checkConfig(env);
  if (config !== undefined) return config;
  throw new CodedError('config.invalid', `The configuration is not valid:\n- ${problems.join('\n- ')}`);
}

/** Checks an environment: returns the configuration, or every problem, each beginning with the name of its setting and a colon. */
export function checkConfig(env: Env): {
  readonly config?: Config;
  readonly problems: readonly string[];
} {
  const given = keepGivenSettings(env);
  const parsed = environment.safeParse(given);
  const proxy = readProxy(env);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])}: ${explainIssue(issue)}`),
    ...findProblems(given, proxy),
  ];
  return !parsed.success || problems.length > 0
    ? { problems }
    : { problems, config: toConfig(parsed.data, proxy) };
}

function toConfig(settings: z.infer<typeof environment>, proxy: ReturnType<typeof readProxy>) {
  const loginUrl =
    settings.GENESYS_LOGIN_URL ??
    (settings.GENESYS_REGION ? `https://login.${settings.GENESYS_REGION}` : undefined);
  const apiUrl =
    settings.GENESYS_API_URL ??
    (settings.GENESYS_REGION ? `https://api.${settings.GENESYS_REGION}` : undefined);
  const { GENESYS_CLIENT_ID: clientId, GENESYS_CLIENT_SECRET: clientSecret, GENESYS_SCOPE: scope } = settings;
  const genesys =
    loginUrl !== undefined && apiUrl !== undefined && clientId !== undefined && clientSecret !== undefined
      ? { loginUrl: withoutSlash(loginUrl), apiUrl: withoutSlash(apiUrl), clientId, clientSecret, scope }
      : undefined;
  const ownHosts =
    settings.PICTURES_BASE_URL === undefined ? [] : [new URL(settings.PICTURES_BASE_URL).hostname];
  return {
    isProduction: settings.NODE_ENV === 'production',
    host: settings.HOST ?? (settings.MicrosoftAppId === undefined ? '127.0.0.1' : '0.0.0.0'),
    port: settings.PORT,
    sandboxPort: settings.SANDBOX_PORT,
    app: {
      type: settings.MicrosoftAppType,
      id: settings.MicrosoftAppId,
      password: settings.MicrosoftAppPassword,
      tenantId: settings.MicrosoftAppTenantId,
    },
    genesys,
    requestsPerMinute: settings.GENESYS_REQUESTS_PER_MINUTE,
    dropsRepeats: settings.GENESYS_DROPS_REPEATS,
    onUnknown: settings.GENESYS_ON_UNKNOWN,
    textOnUnknown: settings.GENESYS_TEXT_ON_UNKNOWN,
    connector: {
      header: settings.GENESYS_CONNECTOR_HEADER,
      secrets: settings.GENESYS_CONNECTOR_SECRETS,
      bots: settings.BOTS_FILE,
    },
    /** Who may choose the Genesys conversation that cards go to on the guest route. */
    guestGateway: { appIds: settings.GUEST_GATEWAY_APP_IDS, secrets: settings.GUEST_GATEWAY_SECRETS },
    /** Password of the operator page. */
    opsSecret: settings.OPS_SECRET,
    /** Audiences of the Microsoft Entra tokens that open the operator page. */
    opsAudiences: settings.OPS_AUDIENCE,
    hasOps:
      settings.OPS_SECRET !== undefined ||
      settings.OPS_AUDIENCE.length > 0 ||
      (settings.MicrosoftAppId === undefined && settings.NODE_ENV !== 'production'),
    /** Callers of the cards API. */
    cardsApi: { secrets: settings.CARDS_API_SECRETS, audiences: settings.CARDS_API_AUDIENCE },
    cards: {
      templateDirs: [
        ownTemplatesDir,
        ...(settings.CARD_TEMPLATES_DIR === undefined ? [] : [settings.CARD_TEMPLATES_DIR]),
      ],
      policy: {
        ...(settings.CARD_LINK_HOSTS === undefined ? {} : { linkHosts: settings.CARD_LINK_HOSTS }),
        ...(settings.CARD_IMAGE_HOSTS === undefined
          ? {}
          : { imageHosts: [...settings.CARD_IMAGE_HOSTS, ...ownHosts] }),
      },
      picturesBaseUrl: settings.PICTURES_BASE_URL,
      outcomeWaitMs: settings.CARD_OUTCOME_WAIT_MS,
    },
    ordersApiUrl: settings.ORDERS_API_URL,
    ordersApiSecret: settings.ORDERS_API_SECRET,
    identityCheck: settings.IDENTITY_CHECK,
    /** The project of Azure AI Language; undefined: the embedded recognizer is used. */
    languageService:
      settings.RECOGNIZER === 'clu'
        ? {
            endpoint: settings.AZURE_LANGUAGE_ENDPOINT ?? '',
            project: settings.AZURE_LANGUAGE_PROJECT ?? '',
            deployment: settings.AZURE_LANGUAGE_DEPLOYMENT ?? '',
            key: settings.AZURE_LANGUAGE_KEY,
          }
        : undefined,
    databaseUrl: settings.DATABASE_URL,
    dataDir: settings.DATA_DIR,
    retention: { cardDays: settings.CARD_RETENTION_DAYS, auditDays: settings.AUDIT_RETENTION_DAYS },
    applicationInsights: settings.APPLICATIONINSIGHTS_CONNECTION_STRING,
    /** Source of the key that hides conversation ids in telemetry; all instances of a bot have it. */
    telemetrySecret:
      settings.MicrosoftAppPassword ??
      settings.GENESYS_CLIENT_SECRET ??
      settings.GENESYS_CONNECTOR_SECRETS[0],
    analytics:
      settings.ANALYTICS_WEBHOOK_URL !== undefined && settings.ANALYTICS_WEBHOOK_SECRET.length > 0
        ? { url: settings.ANALYTICS_WEBHOOK_URL, secrets: settings.ANALYTICS_WEBHOOK_SECRET }
        : undefined,
    auditSecrets: settings.AUDIT_SECRET,
    /** Certificate and key (PEM) of calls to Genesys, for a gateway that requires mutual TLS. */
    genesysCertificate: { cert: settings.GENESYS_CLIENT_CERT_FILE, key: settings.GENESYS_CLIENT_KEY_FILE },
    /** Proxies of every call that the bot makes. */
    proxy,
    logLevel: settings.LOG_LEVEL,
  };
}

/** The settings with a value, without the blanks around it. An empty value counts as not set, except for the scope. */
function keepGivenSettings(env: Env): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of settingNames) {
    const value = env[name]?.trim();
    if (value !== undefined && (value !== '' || name === 'GENESYS_SCOPE')) given[name] = value;
  }
  return given;
}

function explainIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type')
    return issue.expected === 'number' ? 'must be a number' : `must be a ${issue.expected}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big' && issue.message.startsWith('Too big'))
    return `must be at most ${issue.maximum}`;
  return issue.message;
}

/** An address without a query, fragment or user. */
function isHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  return (
    (url?.protocol === 'https:' || url?.protocol === 'http:') &&
    url.search + url.hash + url.username + url.password === ''
  );
}

/** An address that a customer's browser can open. */
function isPublicUrl(value: string): boolean {
  return isHttpUrl(value) && checkUrl(value, 'image').ok;
}

/** An address without a path: paths are added to it. */
function isHostUrl(value: string): boolean {
  return isHttpUrl(value) && new URL(value).pathname === '/';
}

function isWebhookUrl(value: string): boolean {
  const url = URL.parse(value);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  return isSafe && url.username + url.password === '';
}

/** A key of 24 to 64 bytes, as Standard Webhooks requires it. */
function isBase64(text: string): boolean {
  const { length } = Buffer.from(text, 'base64');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 && length >= 24 && length <= 64;
}

function withoutSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}

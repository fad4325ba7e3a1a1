import { type EvaluatedTemplate, evaluateTemplate } from './arm/evaluateTemplate.ts';
import {
  asTemplate,
  type Json,
  readParameters,
  readTemplate,
  type Template,
  type templateFiles,
} from './arm/template.ts';

type TemplateFile = (typeof templateFiles)[number];

/** Secrets that a deployment could be given; each is unmistakable wherever it turns up. */
export const canaries = {
  appSecret: 'canary-app-secret',
  genesysClientSecret: 'canary-genesys-secret',
  genesysConnectorSecrets: 'canary-connector-secret',
  guestGatewaySecrets: 'canary-gateway-secret',
  opsSecret: 'canary-operations-secret',
  cardsApiSecrets: 'canary-cards-api-secret',
  analyticsWebhookSecret: 'canary-webhook-secret',
  auditSecret: 'canary-audit-secret',
  ordersApiSecret: 'canary-orders-api-secret',
  azureLanguageKeySecret: 'canary-language-key',
  postgresAdminPassword: 'canary-postgres/p@ssword',
} as const;

const required: Readonly<Record<TemplateFile['part'], Record<string, Json>>> = {
  BotApp: { appServiceName: 'CardBot', postgresAdminPassword: canaries.postgresAdminPassword },
  AzureBot: {
    azureBotId: 'CardBot',
    botEndpoint: 'https://cardbot.azurewebsites.net/api/messages',
    appId: '22222222-2222-4222-8222-222222222222',
    UMSIName: 'id-CardBot',
  },
};

const everything: typeof required = {
  BotApp: {
    ...canaries,
    appType: 'SingleTenant',
    appId: '22222222-2222-4222-8222-222222222222',
    genesysRegion: 'mypurecloud.ie',
    genesysLoginUrl: 'https://login.example',
    genesysApiUrl: 'https://api.example',
    genesysClientId: 'client',
    cardsApiAudience: 'api://44444444-4444-4444-8444-444444444444',
    opsAudience: '55555555-5555-4555-8555-555555555555',
    guestGatewayAppIds: '33333333-3333-4333-8333-333333333333',
    cardTemplatesDir: 'own-templates',
    cardLinkHosts: 'shop.example.com',
    cardImageHosts: 'cdn.example.com',
    picturesBaseUrl: 'https://bot.example.com',
    ordersApiUrl: 'https://orders.example',
    recognizer: 'clu',
    azureLanguageEndpoint: 'https://language.example',
    azureLanguageProject: 'orders',
    azureLanguageDeployment: 'production',
    analyticsWebhookUrl: 'https://events.example',
    alertEmail: 'operator@example.com',
  },
  AzureBot: { appType: 'SingleTenant' },
};

/** The ways in which people deploy: with as little as the readme asks for, and with every value set. */
export const deployments = ['least', 'everything'] as const;

/** Evaluates a template of the project, with its parameter file, as one of the `deployments` would. */
export function deploy(file: TemplateFile, deployment: (typeof deployments)[number]): EvaluatedTemplate {
  const newGroup = file.scope === 'subscription' ? { groupName: 'rg', groupLocation: 'westeurope' } : {};
  return evaluateTemplate(readTemplate(file.template), {
    ...readParameters(file.parameters),
    ...newGroup,
    ...required[file.part],
    ...(deployment === 'everything' ? everything[file.part] : {}),
  });
}

/** The template inside a template for a new resource group, or the template itself. */
export function innermost(template: Template): Template {
  const nested = template.resources.find(
    ({ type }) => type === 'Microsoft.Resources/deployments',
  )?.properties;
  return nested !== null && typeof nested === 'object' && 'template' in nested
    ? asTemplate(nested.template)
    : template;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ApiError } from '../http/apiError.ts';
import type { Platform } from '../platform/platform.ts';

/** The parts of an exported data action that a call needs. */
const actionSchema = z.looseObject({
  config: z.looseObject({
    request: z.looseObject({
      requestUrlTemplate: z.string(),
      requestType: z.enum(['POST', 'GET']),
      headers: z.record(z.string(), z.string()),
      requestTemplate: z.string(),
    }),
    response: z.looseObject({
      translationMap: z.record(z.string(), z.string()),
      translationMapDefaults: z.record(z.string(), z.string()).default({}),
      successTemplate: z.string(),
    }),
  }),
  contract: z.looseObject({
    input: z.looseObject({ inputSchema: z.looseObject({ required: z.array(z.string()).default([]) }) }),
  }),
});

/** The data action that people import into Genesys. */
const actionFile = join(import.meta.dirname, '..', '..', 'examples', 'genesys-send-card.custom.json');

/** What a data action gives to its flow: its outputs, or the failure branch. */
export type DataActionResult =
  | { success: true; output: unknown }
  | { success: false; status: number; body: string };

type Values = Readonly<Record<string, string>>;

/**
 * Runs the data action *Send card* as Architect's action *Call Data Action* does: fills its templates (of Velocity the part
 * that they use), calls the bot, and translates the answer.
 *
 * @throws ApiError 400 for a missing input, 409 while the bot or its secret is not known
 */
export async function runDataAction(platform: Platform, input: Values): Promise<DataActionResult> {
  const { config, contract } = actionSchema.parse(JSON.parse(readFileSync(actionFile, 'utf8')));
  const missing = contract.input.inputSchema.required.find((name) => (input[name] ?? '') === '');
  if (missing !== undefined) throw new ApiError(400, 'bad.request', `The input ${missing} is missing`);
  const { botUrl, cardsApiSecret } = platform;
  if (botUrl === undefined || cardsApiSecret === undefined)
    throw new ApiError(409, 'not.configured', 'The sandbox knows no bot, or no secret of CARDS_API_SECRETS');
  const values = { input, credentials: { botUrl, secret: cardsApiSecret } };
  const { requestUrlTemplate, requestType, headers, requestTemplate } = config.request;
  const response = await platform.fetch(fill(requestUrlTemplate, values), {
    method: requestType,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value, values)])),
    body: fill(requestTemplate, values),
    redirect: 'manual',
    signal: platform.closing,
  });
  const body = await response.text();
  if (!response.ok) return { success: false, status: response.status, body };
  const { translationMap, translationMapDefaults, successTemplate } = config.response;
  const answer: unknown = JSON.parse(body);
  const translated = Object.fromEntries(
    Object.entries(translationMap).map(([name, path]) => {
      const found = Object(answer)[path.replace(/^\$\./, '')];
      return [name, found === undefined ? (translationMapDefaults[name] ?? 'null') : JSON.stringify(found)];
    }),
  );
  const output = successTemplate.replace(/\$\{(\w+)\}/g, (_, name: string) => translated[name] ?? 'null');
  return { success: true, output: JSON.parse(output) };
}

function fill(template: string, values: Readonly<Record<string, Values>>): string {
  const read = (group: string, name: string) => values[group]?.[name] ?? '';
  return template
    .replace(/#if\("\$!\{(\w+)\.(\w+)\}" != ""\)(.*?)#end/g, (_, group, name, then) =>
      read(group, name) === '' ? '' : then,
    )
    .replace(/\$esc\.jsonEncode\(\$\{(\w+)\.(\w+)\}\)/g, (_, group, name) =>
      JSON.stringify(read(group, name)).slice(1, -1),
    )
    .replace(/\$!?\{(\w+)\.(\w+)\}/g, (_, group, name) => read(group, name));
}

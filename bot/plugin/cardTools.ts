import { type CardRequest, cardContentType } from '../../cards/cardRequest.ts';
import { copyPlainly, parseJson } from '../../cards/checks/plainJson.ts';
import { findClosest } from '../../cards/closest.ts';
import { CodedError, type ErrorCode } from '../../cards/errors.ts';
import { isObject, type SchemaNode } from '../../cards/json.ts';
import { localeOf } from '../../cards/locale.ts';
import type { TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import type { SendingContext } from './cards.ts';
import { createStrictSchema, withoutNulls } from './strictSchema.ts';

/** A template as a tool of a language model: the shape of OpenAI's function calling, strict. */
export interface CardTool {
  type: 'function';
  name: string;
  description: string;
  strict: true;
  /** JSON Schema of the fields. */
  parameters: SchemaNode;
}

/** A template as a tool of the Model Context Protocol. */
export interface McpCardTool {
  name: string;
  description: string;
  inputSchema: SchemaNode;
}

/** A tool call of a model: the name of the tool, and its arguments as JSON text or as an object. */
export interface CardCall {
  name: string;
  arguments: unknown;
}

/** The result for the model: the card was shown, or the error that the model can correct. */
export type CardCallResult =
  | { ok: true; text: string }
  | {
      ok: false;
      error: { code: ErrorCode; message: string; path: string | undefined; hint: string };
    };

/** The card templates of a registry as tools. */
export interface CardTools {
  /** For function calling. */
  readonly functions: readonly CardTool[];
  /** For `tools/list` of an MCP server. */
  readonly mcp: readonly McpCardTool[];
  /**
   * Reads a call as a card request that passes all checks.
   *
   * @throws CodedError `template.*` or `card.*`
   */
  requestOf(call: CardCall, locale?: string): CardRequest;
  /**
   * Shows the card of a model's call in the customer's language; needs `CardMiddleware` on the adapter. A wrong call shows nothing,
   * and its error names what the model can correct.
   *
   * @throws the error of the adapter
   */
  showCard(context: SendingContext, call: CardCall): Promise<CardCallResult>;
}

/** Makes a tool of each template, of its newest version. */
export function cardTools(registry: TemplateRegistry): CardTools {
  const newest = new Map<string, { address: string; version: number }>();
  for (const address of registry.addresses) {
    const { id, version } = registry.get(address).file;
    if ((newest.get(id)?.version ?? 0) < version) newest.set(id, { address, version });
  }
  const addresses = new Map([...newest].map(([id, { address }]) => [nameTool(id), address]));
  const functions = [...addresses].map(([name, address]): CardTool => {
    const { title, description } = registry.get(address).file;
    return {
      type: 'function',
      name,
      description: `Shows the customer a card: ${title}. ${description}`,
      strict: true,
      parameters: createStrictSchema(fieldsOf(registry, address)),
    };
  });

  const requestOf = ({ name, arguments: given }: CardCall, locale?: string): CardRequest => {
    const address = addresses.get(name);
    if (address === undefined) throw createUnknownToolError(name, [...addresses.keys()]);
    const json = typeof given === 'string' ? parseJson(given, 'template.invalidField') : given;
    const copy = copyPlainly(json, 'template.invalidField', 'fields:$');
    const fields = withoutNulls(copy, fieldsOf(registry, address));
    if (!isObject(fields)) {
      throw new CodedError('template.invalidField', 'The arguments are not an object.', { path: 'fields:$' });
    }
    const request = { templateId: address, fields, ...(locale === undefined ? {} : { locale }) };
    registry.compose(request);
    return request;
  };

  return {
    functions,
    mcp: functions.map(({ name, description, parameters }) => ({
      name,
      description,
      inputSchema: parameters,
    })),
    requestOf,
    async showCard(context, call) {
      let request: CardRequest;
      try {
        request = requestOf(call, localeOf(context.activity));
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        const { code, message, path, hint } = error;
        return { ok: false, error: { code, message, path, hint } };
      }
      await context.sendActivities([
        { type: 'message', attachments: [{ contentType: cardContentType, content: request }] },
      ]);
      return { ok: true, text: 'The customer sees the card. Do not repeat its text.' };
    },
  };
}

/** The name of a tool: no dashes, which some models turn into something else. */
function nameTool(id: string): string {
  return `show_${id.replaceAll('-', '_')}`;
}

/** The schema of a template's fields: its file was parsed from JSON. */
function fieldsOf(registry: TemplateRegistry, address: string): SchemaNode {
  return registry.get(address).file.fields as SchemaNode;
}

function createUnknownToolError(name: unknown, known: readonly string[]): CodedError {
  const meant = typeof name === 'string' ? findClosest(name, known) : undefined;
  return new CodedError('template.unknown', 'There is no tool of this name.', {
    path: 'request:$.name',
    hint: meant === undefined ? `Call one of ${known.join(', ')}.` : `Did you mean ${meant}?`,
  });
}

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { findClosest } from '../../cards/closest.ts';
import { CodedError } from '../../cards/errors.ts';
import { formatNames } from '../../cards/formats/allFormats.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { startTemplatesDir, type TemplateFile } from '../../cards/templates/readTemplates.ts';
import { formatTemplate } from '../authoring/formatTemplate.ts';
import { findProblemsIn } from '../authoring/lint/findProblems.ts';
import { previewTemplate } from '../authoring/previewTemplate.ts';
import { readOwnVersion } from '../process/ownVersion.ts';
import { convertForAuthors } from './convert.ts';

/** Options of the MCP server. */
interface McpServerOptions {
  /** Folders of template files; they are read anew for each call. */
  readonly templateDirs: readonly string[];
  readonly policy: UrlPolicy;
}

const text = z
  .string()
  .max(256 * 1024)
  .describe('The text of a template file.');

/**
 * Creates an MCP server for language models that write card templates. It lists and reads templates, checks and previews a text, and
 * converts cards of other bots. It changes no file.
 */
export function createMcpServer({ templateDirs, policy }: McpServerOptions): McpServer {
  const server = new McpServer({ name: 'genesys-card-bot', version: readOwnVersion() });

  server.registerTool(
    'list_templates',
    { description: 'Lists the card templates of the bot, and the start templates to begin a new one with.' },
    () =>
      answer(() => ({
        templates: summarizeTemplates(templateDirs, policy),
        startTemplates: summarizeTemplates([startTemplatesDir], policy),
      })),
  );
  server.registerTool(
    'read_template',
    {
      description: 'Returns the text of a template or start template, to change it or to write one like it.',
      inputSchema: { templateId: z.string().max(100).describe('Such as parcel-v1.') },
    },
    ({ templateId }) => answer(() => formatTemplate(find(templateId, templateDirs, policy))),
  );
  server.registerTool(
    'lint_template',
    {
      description:
        'Checks the text of a template file: every problem with its line, JSON path and a hint. Correct the errors; warnings are right but will surprise somebody.',
      inputSchema: { text, name: z.string().max(200).describe('The name of the file: ID-vVERSION.json.') },
    },
    ({ text: given, name }) => answer(() => findProblemsIn(given, name, policy)),
  );
  server.registerTool(
    'preview_template',
    {
      description:
        'Composes the card of a sample, and returns what a receiver gets: guest (the guest API), genesys (Bot Connector v1 and v2), adaptive (Adaptive Card), text; with what was changed for it, and what keeps people out.',
      inputSchema: {
        text,
        sample: z.string().max(100).optional(),
        locale: z.string().max(35).optional(),
        receiver: z.enum(formatNames).default('text'),
      },
    },
    ({ text: given, sample, locale, receiver }) =>
      answer(() => {
        const preview = previewTemplate(given, { sample, locale }, policy);
        const { samples, locales, limits, barriers } = preview;
        return { ...preview[receiver], samples, locales, limits: limits.slice(0, 5), barriers };
      }),
  );
  server.registerTool(
    'convert_activity',
    {
      description:
        'Shows what a Genesys customer gets of a Bot Framework activity of another bot: messages, plain text, and what was changed or left out.',
      inputSchema: { activity: z.looseObject({}), locale: z.string().max(35).optional() },
    },
    ({ activity, locale }) => answer(() => convertForAuthors(activity, locale, policy)),
  );
  return server;
}

/** Runs the work and returns its result as text; a CodedError becomes an error that the model can correct. */
function answer(work: () => unknown): CallToolResult {
  try {
    const given = work();
    const words = typeof given === 'string' ? given : JSON.stringify(given, null, 1);
    return { content: [{ type: 'text', text: words }] };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { code, message, path = '$', hint } = error;
    return { isError: true, content: [{ type: 'text', text: `${code}: ${path}: ${message} ${hint}` }] };
  }
}

function summarizeTemplates(dirs: readonly string[], policy: UrlPolicy): object[] {
  return [...loadTemplates(dirs, policy).templates].map(([templateId, { file }]) => ({
    templateId,
    title: file.title,
    description: file.description,
    locales: file.locales,
    samples: Object.keys(file.samples),
    fields: Object.keys(Object(file.fields.properties)),
  }));
}

/** @throws CodedError `template.unknown` */
function find(templateId: string, dirs: readonly string[], policy: UrlPolicy): TemplateFile {
  const { templates } = loadTemplates([...dirs, startTemplatesDir], policy);
  const file = templates.get(templateId)?.file;
  if (file !== undefined) return file;
  const meant = findClosest(templateId, templates.keys());
  throw new CodedError('template.unknown', 'The template does not exist.', {
    path: 'request:$.templateId',
    hint: meant === undefined ? 'list_templates names them.' : `Did you mean ${meant}?`,
  });
}

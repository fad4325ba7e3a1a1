import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Any JSON value of a template. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const json: z.ZodType<Json> = z.json();

const parameterSchema = z.strictObject({
  type: z.enum(['string', 'securestring', 'int']),
  defaultValue: json.optional(),
  allowedValues: z.array(json).optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  minValue: z.int().optional(),
  maxValue: z.int().optional(),
  metadata: z.strictObject({ description: z.string().min(1) }),
});

const templateSchema = z.strictObject({
  $schema: z.url(),
  contentVersion: z.string(),
  metadata: z.strictObject({ description: z.string().min(1) }).optional(),
  parameters: z.record(z.string(), parameterSchema),
  variables: z.record(z.string(), json).default({}),
  resources: z.array(z.record(z.string(), json)),
  outputs: z.record(z.string(), z.strictObject({ type: z.string(), value: json })).default({}),
});

/** An Azure Resource Manager template, or the template inside a nested deployment. */
export type Template = z.infer<typeof templateSchema>;

const parameterFileSchema = z.strictObject({
  $schema: z.literal('https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#'),
  contentVersion: z.string(),
  parameters: z.record(z.string(), z.strictObject({ value: json })),
});

/** Folder of the deployment templates. */
export const templatesFolder = new URL('../../../deploymentTemplates/', import.meta.url);

/** The two layouts, and the two templates of each. */
export const layouts = [
  { folder: 'deployUseExistResourceGroup', suffix: 'with-rg', scope: 'resourceGroup' },
  { folder: 'deployWithNewResourceGroup', suffix: 'new-rg', scope: 'subscription' },
] as const;

/** What each layout deploys, in order. */
export const parts = ['BotApp', 'AzureBot'] as const;

/** All templates of the project with the paths of their two files, relative to `templatesFolder`. */
export const templateFiles = layouts.flatMap((layout) =>
  parts.map((part) => ({
    part,
    scope: layout.scope,
    template: `${layout.folder}/template-${part}-${layout.suffix}.json`,
    parameters: `${layout.folder}/parameters-for-template-${part}-${layout.suffix}.json`,
  })),
);

/** Finds the template of a part in one layout. */
export function templateFile(part: (typeof parts)[number], scope: (typeof layouts)[number]['scope']) {
  const file = templateFiles.find((one) => one.part === part && one.scope === scope);
  if (file === undefined) throw new Error(`no template ${part} for ${scope}`);
  return file;
}

/** Reads a template file. */
export function readTemplate(path: string): Template {
  return templateSchema.parse(readJson(path));
}

/** Reads a parameter file as names and values. */
export function readParameters(path: string): Record<string, Json> {
  const file = parameterFileSchema.parse(readJson(path));
  return Object.fromEntries(Object.entries(file.parameters).map(([name, { value }]) => [name, value]));
}

/** Takes a value found inside a template, such as a nested deployment's, as a template. */
export function asTemplate(value: unknown): Template {
  return templateSchema.parse(value);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, templatesFolder), 'utf8'));
}

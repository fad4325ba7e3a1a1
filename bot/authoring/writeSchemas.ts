import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { templateSchemaFile } from '../../cards/templates/readTemplates.ts';
import { createBotsJsonSchema } from '../channels/botConnector/wire/botList.ts';
import { createTemplateJsonSchema } from './templateSchema.ts';

// Writes the JSON Schemas that editors read: `npm run schemas`.
for (const [file, schema] of [
  [templateSchemaFile, createTemplateJsonSchema()],
  [join(import.meta.dirname, '..', 'channels/botConnector/wire/bots.schema.json'), createBotsJsonSchema()],
] as const)
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { templateSchemaFile } from '../../cards/templates/readTemplates.ts';
import { templateJsonSchema } from '../../cards/templates/templateSchema.ts';
import { botsJsonSchema } from '../channels/botConnector/wire/botList.ts';

// Writes the JSON Schemas that editors read: `npm run schemas`.
for (const [file, schema] of [
  [templateSchemaFile, templateJsonSchema()],
  [join(import.meta.dirname, '..', 'channels/botConnector/wire/bots.schema.json'), botsJsonSchema()],
] as const)
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);

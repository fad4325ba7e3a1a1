import type { Json } from '../../cards/card.ts';
import { compileTemplate } from '../../cards/templates/compileTemplate.ts';
import { loadTemplates, TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { ownTemplatesDir, templateFileSchema } from '../../cards/templates/readTemplates.ts';

/** The templates that come with the project. */
export function ownRegistry(): TemplateRegistry {
  return new TemplateRegistry(loadTemplates([ownTemplatesDir]));
}

/** A template file of one header, with parts changed. */
export function templateFile(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'test',
    version: 1,
    title: 'Test',
    description: 'A template of a test.',
    locales: ['en'],
    fields: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string' },
        note: { type: 'string' },
        count: { type: 'integer' },
        day: { type: 'string', format: 'date' },
        html: { type: 'string', contentMediaType: 'text/html' },
        markdown: { type: 'string', contentMediaType: 'text/markdown' },
        items: {
          type: 'array',
          items: { type: 'object', properties: { label: { type: 'string' }, value: { type: 'string' } } },
        },
        link: { type: 'string', format: 'uri' },
        hidden: { type: 'string', writeOnly: true },
      },
    },
    card: { components: [{ type: 'header', text: '${name}' }] },
    text: '${name}',
    samples: { default: { name: 'Ada' } },
    ...parts,
  };
}

/** Compiles a test template. */
export function compileTest(parts: Record<string, unknown> = {}) {
  return compileTemplate(templateFileSchema.parse(templateFile(parts)), '0'.repeat(16));
}

/** Compiles a template of these components and composes one card of it; gives its components. */
export function componentsOf(
  components: Json[],
  fields: { [key: string]: Json },
  options: { locale?: string } = {},
  parts: Record<string, unknown> = {},
) {
  const [card] = compileTest({ card: { components }, ...parts }).compose({ name: 'Ada', ...fields }, options);
  return card?.card.components;
}

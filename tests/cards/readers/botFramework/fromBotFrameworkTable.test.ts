import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { checkCard } from '../../../../cards/checks/checkedCard.ts';
import { formatGenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { readBotFramework } from '../../../../cards/readers/botFramework/fromBotFramework.ts';
import { type Row, tables } from './fromBotFrameworkRows.ts';

interface DocumentedRow {
  table: string;
  field: string;
  becomes: string;
}

/** The rows of the tables in the document, one for each field. */
function documentedRows(): DocumentedRow[] {
  const text = readFileSync(new URL('../../../../docs/bot-framework-cards.md', import.meta.url), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const table = section.slice(0, section.indexOf('\n'));
      return [...section.matchAll(/^\| (`.*?`) \| (.*?) \| .*\|$/gm)].flatMap(
        ([, fields = '', becomes = '']) =>
          fields.split(', ').map((field) => ({ table, field: field.replaceAll('`', ''), becomes })),
      );
    });
}

const documented = documentedRows();
const exampleOf = ({ table, field }: DocumentedRow): Row | undefined => tables[table]?.[field];

/** What a word of the second column means for the example of its row. */
const meanings: Record<string, (types: Set<string>, changes: string[]) => boolean> = {
  title: (types) => types.has('header'),
  text: (types) => types.has('body') || types.has('text'),
  picture: (types) => types.has('image'),
  facts: (types) => types.has('facts'),
  button: (types) => types.has('buttonGroup'),
  'quick replies': (types) => types.has('quickReplies'),
  carousel: (types) => types.has('carousel'),
  divider: (types) => types.has('divider'),
  'left out': (_, changes) => changes.some((change) => change.includes('left out')),
  look: (_, changes) => changes.some((change) => change.includes('left to the client')),
  steers: () => true,
  nothing: (_, changes) => changes.length === 0,
};

describe('the table of Bot Framework card fields', () => {
  it('has an example for each of its rows, and no example is without a row', () => {
    const rows = documented.map(({ table, field }) => `${table}: ${field}`);
    const examples = Object.entries(tables).flatMap(([table, fields]) =>
      Object.keys(fields).map((field) => `${table}: ${field}`),
    );
    assert.deepEqual(rows, [...new Set(rows)]);
    assert.deepEqual([...rows].sort(), [...examples].sort());
  });

  for (const documentedRow of documented) {
    const { table, field, becomes } = documentedRow;
    it(`is right that ${table}'s ${field} becomes: ${becomes}`, () => {
      const example = exampleOf(documentedRow);
      assert.ok(example);
      const found = readBotFramework({ type: 'message', ...example.activity }, { newId: () => 'm1' });
      // Of a message without anything else a sentence says so.
      const isNothing = found.changes.at(-1)?.what.startsWith('no part can be shown') === true;
      const parts = isNothing ? [] : found.parts;
      const changes = isNothing ? found.changes.slice(0, -1) : found.changes;

      const shown = parts.flatMap((part): { type: string }[] => {
        if (part.kind === 'card') return part.card.components;
        const { kind: type, ...text } = part;
        return [{ type, ...text }];
      });
      assert.deepEqual(shown, example.shows);
      const reported = changes.map(({ path, what }) => `${path}: ${what}`);
      assert.equal(reported.length, example.changes.length, reported.join('\n'));
      for (const [i, beginning] of example.changes.entries())
        assert.ok(reported[i]?.startsWith(beginning), reported[i]);
      const meaning = meanings[becomes];
      assert.ok(
        meaning?.(new Set(shown.map(({ type }) => type)), reported),
        `it does not become: ${becomes}`,
      );
      for (const part of parts)
        if (part.kind === 'card') assert.ok(formatGenesysMessage(checkCard(part.card)).messages.length > 0);
    });
  }

  it('names every field that the renderer of Adaptive Cards knows', () => {
    const fields = new Map(
      Object.entries(tables).map(([table, rows]) => [table, new Set(Object.keys(rows))]),
    );
    const inputs = fields.get('Inputs');
    for (const { name, keys } of renderersTypes()) {
      const isAction = name.startsWith('Action.');
      if (name.startsWith('Input.')) {
        assert.ok(inputs?.has(name), name);
        continue;
      }
      if (isAction) assert.ok(fields.get('Actions')?.has(name), name);
      const own = fields.get(
        isAction ? 'Every action' : name === 'Column' || name === 'TableCell' ? 'Container' : name,
      );
      assert.ok(own, name);
      const common = isAction ? undefined : fields.get('Every element');
      const missing = keys.filter((key) => !own.has(key) && common?.has(key) !== true);
      // A column's width is like its other looks; the renderer gives an AdaptiveCard what every container has.
      const known = name === 'Column' ? ['width'] : name === 'AdaptiveCard' ? ['bleed'] : [];
      assert.deepEqual(missing, known, name);
    }
  });
});

interface RendererObject {
  getSchema(): { getCount(): number; getItemAt(i: number): { name: string } };
}
interface RendererRegistry {
  getItemCount(): number;
  getItemAt(i: number): { typeName: string; objectType: new () => RendererObject };
}
interface Renderer {
  GlobalRegistry: { elements: RendererRegistry; actions: RendererRegistry };
  AdaptiveCard: new () => RendererObject;
  Column: new () => RendererObject;
  TableCell: new () => RendererObject;
}

/** The types of Microsoft's own renderer with the names of their fields. Its bundle is written for browsers. */
function renderersTypes(): { name: string; keys: string[] }[] {
  Object.assign(globalThis, { self: globalThis });
  const renderer: Renderer = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js');
  Reflect.deleteProperty(globalThis, 'self');
  const keysOf = (type: new () => RendererObject): string[] => {
    const schema = new type().getSchema();
    return Array.from({ length: schema.getCount() }, (_, i) => schema.getItemAt(i).name);
  };
  const registered = [renderer.GlobalRegistry.elements, renderer.GlobalRegistry.actions].flatMap((registry) =>
    Array.from({ length: registry.getItemCount() }, (_, i) => registry.getItemAt(i)),
  );
  const types = registered.map(({ typeName, objectType }) => ({ name: typeName, keys: keysOf(objectType) }));
  const others = (['AdaptiveCard', 'Column', 'TableCell'] as const).map((name) => ({
    name,
    keys: keysOf(renderer[name]),
  }));
  return [...types, ...others];
}

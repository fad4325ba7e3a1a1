import { checkCard } from '../../cards/checks/checkedCard.ts';
import { CodedError } from '../../cards/errors.ts';
import { limits } from '../../cards/limits.ts';
import { median, medianRatio, printLine, round } from './figures.ts';
import { type Interleaving, interleave, repeat } from './interleave.ts';
import { registryWith, templateFile } from './requests.ts';

/** Patterns that are repeated to a text's length: those that make HTML and Markdown readers work hardest. */
const shapes: Readonly<Record<string, string>> = {
  'nested <div>': '<div>',
  'nested <b>': '<b>',
  'mixed <b><div>': '<b><div>',
  'closed <div></div>': '<div></div>',
  'style of {': '<p style="{{{{{{{{">',
  '<': '<',
  on: 'on',
  '&amp;': '&amp;',
  comment: '<!-- -->',
  'open quotes': '<p title="',
  '*': '*a ',
  '**_': '**_a',
  '[': '[',
  '[]( links': '[a](https://a.example/b) ',
  backticks: '`` ` ',
  '>': '> ',
  '- lists': '- a\n',
  'deep lists': '  - ',
  '~~': '~~a~~~',
  '\\': '\\',
  '](': '](',
};

/** What is asked of a text: HTML and Markdown fields have readers of their own, a plain one is escaped. */
const fields = {
  html: { type: 'string', contentMediaType: 'text/html' },
  markdown: { type: 'string', contentMediaType: 'text/markdown' },
  plain: { type: 'string' },
};
type FieldName = keyof typeof fields;
const fieldNames = Object.keys(fields) as FieldName[];

/** Prints the cost of hostile texts at the length that a field may have, and of what is far over every limit. */
export async function runHostile(how: Interleaving): Promise<void> {
  const components = fieldNames.map((name) => ({
    type: 'body',
    text: `\${${name}}`,
    markdown: true,
  }));
  const registry = registryWith(templateFile('hostile', fields, components));
  const refusalOf = (fieldName: FieldName, text: string) =>
    codeOf(() => registry.compose({ templateId: 'hostile-v1', fields: { [fieldName]: text } }));

  const cap = limits.fieldText.max;
  let count = 0;
  const textOf = (pattern: string, length: number) => {
    count += 1;
    // A number in front keeps a cache from knowing the text.
    return `${count} ${pattern.repeat(length / pattern.length)}`.slice(0, length);
  };
  const grown: number[] = [];
  for (const [shape, pattern] of Object.entries(shapes)) {
    const line: Record<string, number> = {};
    for (const field of fieldNames) {
      const cpu = await interleave(
        {
          quarter: repeat(() => refusalOf(field, textOf(pattern, cap / 4)).length),
          whole: repeat(() => refusalOf(field, textOf(pattern, cap)).length),
        },
        { rounds: Math.min(how.rounds, 5), batchMs: how.batchMs / 10 },
      );
      line[`${field}_us_per_kb`] = round(median(cpu.whole) / (cap / 1_000));
      line[`${field}_to_quarter`] = round(medianRatio(cpu.whole, cpu.quarter) / 4);
      grown.push(medianRatio(cpu.whole, cpu.quarter) / 4);
    }
    printLine({ bench: 'compose', hostile: shape, ...line });
  }
  printLine({ bench: 'compose', hostile: 'worst', to_quarter: Math.max(...grown) });

  const megabyte = (pattern: string) => pattern.repeat(1_000_000 / pattern.length);
  for (const pattern of ['<div>', '<', 'on', '*a ']) {
    for (const field of fieldNames)
      await printRefusal(`1 MB of ${pattern} in ${field}`, () => refusalOf(field, megabyte(pattern)), how);
  }
  const deep = JSON.parse(`${'{"type":"section","components":['.repeat(10_000)}${']}'.repeat(10_000)}`);
  await printRefusal('10,000 nested components', () => codeOf(() => checkCard({ components: [deep] })), how);
  const wide = Array.from({ length: 1_000_000 }, () => ({ type: 'divider' }));
  await printRefusal('1,000,000 components', () => codeOf(() => checkCard({ components: wide })), how);
}

async function printRefusal(refused: string, refuse: () => string, how: Interleaving): Promise<void> {
  const cpu = await interleave(
    { refuse: repeat(() => refuse().length) },
    { rounds: Math.min(how.rounds, 5), batchMs: how.batchMs / 10 },
  );
  printLine({ bench: 'compose', refused, code: refuse(), ms: median(cpu.refuse) / 1_000 });
}

/** The code of the refusal; `none` when there is none; another error than ours is a fault of the project. */
function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

import { type ComponentModule, type Members, plainForAdaptive, plainForGenesys } from './componentModule.ts';

const fact = {
  label: { kind: 'line', limit: 'factLabel', about: 'What the value is.' },
  value: { kind: 'line', limit: 'factValue', about: 'The value.' },
} as const satisfies Members;
const members = {
  type: { kind: 'fixed', value: 'facts', about: 'The type of the component.' },
  items: { kind: 'list', limit: 'facts', items: [fact], about: 'The labels and values.' },
} as const satisfies Members;

/** Labels with their values. */
export const facts: ComponentModule<typeof members> = {
  about: 'Labels with their values, one a line.',
  members,
  shows: 'words',
  say: ({ items }) => items.map((item, i) => ({ role: '', text: lineOf(item), path: `.items[${i}]` })),
  formatAdaptive: ({ items }) => [
    {
      type: 'FactSet',
      facts: items.map(({ label, value }) => ({
        title: plainForAdaptive(label),
        value: plainForAdaptive(value),
      })),
    },
  ],
  draft: ({ items }, _path, draft) => draft.text(plainForGenesys(items.map(lineOf).join('\n'))),
};

const lineOf = ({ label, value }: { label: string; value: string }): string => `${label}: ${value}`;

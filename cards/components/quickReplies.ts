import { type ComponentModule, createSubmit, type Members } from './componentModule.ts';

const reply = {
  label: { kind: 'line', limit: 'label', about: 'What the customer reads, and says by a click.' },
  payload: { kind: 'payload', about: 'What a click sends to the bot, such as `support`.' },
} as const satisfies Members;
const members = {
  type: { kind: 'fixed', value: 'quickReplies', about: 'The type of the component.' },
  // Only the last row of quick replies stays tappable, so a second one would hide the first.
  replies: { kind: 'list', limit: 'quickReplies', items: [reply], once: true, about: 'The answers.' },
} as const satisfies Members;

/** Answers of one tap. Genesys shows them in a message of their own. */
export const quickReplies: ComponentModule<typeof members> = {
  about: 'Answers of one tap below the card. Genesys shows them in a message of their own.',
  members,
  isTopOnly: true,
  say: ({ replies }) =>
    replies.map(({ label }, i) => ({
      role: 'Button',
      text: label,
      line: `- ${label}`,
      path: `.replies[${i}].label`,
    })),
  formatAdaptive: ({ replies }) => [
    { type: 'ActionSet', actions: replies.map(({ label, payload }) => createSubmit(label, payload)) },
  ],
  answers: ({ replies }) => replies.map((reply, i) => ({ ...reply, step: `.replies[${i}]` })),
};

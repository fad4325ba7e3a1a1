import type { ComponentModule } from './componentModule.ts';
import type { Members } from './members.ts';
import { submit } from './submit.ts';
import { said } from './texts.ts';

const reply = {
  label: { kind: 'line', limit: 'label' },
  payload: { kind: 'payload' },
} as const satisfies Members;
const members = {
  type: { kind: 'fixed', value: 'quickReplies' },
  // Only the last row of quick replies stays tappable, so a second one would hide the first.
  replies: { kind: 'list', limit: 'quickReplies', items: [reply], once: true },
} as const satisfies Members;

/** Answers of one tap. Genesys shows them in a message of their own. */
export const quickReplies: ComponentModule<typeof members> = {
  members,
  isTopOnly: true,
  say: ({ replies }) => replies.map(({ label }) => said(`- ${label}`)),
  adaptive: ({ replies }) => [
    { type: 'ActionSet', actions: replies.map(({ label, payload }) => submit(label, payload)) },
  ],
  answers: ({ replies }) => replies.map((reply, i) => ({ ...reply, step: `.replies[${i}]` })),
};

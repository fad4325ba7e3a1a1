import type { QuickReply } from '../card.ts';
import { treatLine, treatPayload } from '../checks/treat.ts';
import { submit } from '../formats/submit.ts';
import { type CompileContext, within } from '../templates/compileContext.ts';
import { compileList, type TemplateNode } from '../templates/compileList.ts';
import { compileLine, compilePayload } from '../templates/compileText.ts';
import { objectPart } from '../templates/part.ts';
import { requireKeys } from '../templates/requireKeys.ts';
import type { ComponentModule, ComponentOf } from './componentModule.ts';
import { said } from './texts.ts';

/** Answers of one tap. Genesys shows them in a message of their own. */
export const quickReplies: ComponentModule<'quickReplies'> = {
  treat: (component, { path, policy }) => ({
    ...component,
    replies: component.replies.map((reply, i) => ({
      label: treatLine(reply.label, 'label', policy, () => `${path}.replies[${i}].label`),
      payload: treatPayload(reply.payload, () => `${path}.replies[${i}].payload`),
    })),
  }),
  say: ({ replies }) => replies.map(({ label }) => said(`- ${label}`)),
  adaptive: ({ replies }) => [
    { type: 'ActionSet', actions: replies.map(({ label, payload }) => submit(label, payload)) },
  ],
  compile(node, context) {
    requireKeys(node, ['type', 'replies'], context);
    return objectPart<ComponentOf<'quickReplies'>>({
      type: { fixed: 'quickReplies' },
      replies: compileList(node.replies, within(context, 'replies'), compileReply, 'quickReplies'),
    });
  },
  answers: ({ replies }) => replies.map((reply, i) => ({ ...reply, step: `.replies[${i}]` })),
};

function compileReply(node: TemplateNode, context: CompileContext) {
  requireKeys(node, ['label', 'payload'], context);
  return objectPart<QuickReply>({
    label: compileLine(node.label, 'label', within(context, 'label')),
    payload: compilePayload(node.payload, within(context, 'payload')),
  });
}

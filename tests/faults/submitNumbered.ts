import type { Outbox } from '../../cards/delivery/outbox.ts';
import { codeOf } from '../../cards/errors.ts';
import { loadTemplates, TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { canaryCustomer } from './canary.ts';
import type { NumberedCard } from './workerProtocol.ts';

/** What came of a card that was handed to an outbox. */
type Told = { kind: 'stored'; messageId: string } | { kind: 'refused'; messageId: string; code: string };

/** Gives the way to compose a numbered card and hand it to an outbox, as a turn does. Never throws. */
export function numberedSubmitter(outbox: Outbox, tell: (told: Told) => void) {
  const registry = new TemplateRegistry(loadTemplates([`${import.meta.dirname}/templates`]));
  return async ({ messageId, conversationId, sequence }: NumberedCard): Promise<void> => {
    const fields = { sequence, customer: canaryCustomer };
    try {
      for (const checked of registry.compose({ templateId: 'numbered-order-v1', fields, messageId })) {
        await outbox.submit({
          messageId,
          conversationId,
          route: 'guest',
          body: checked.json,
          text: checked.text,
          templateId: checked.template.id,
          templateVersion: checked.template.version,
          templateHash: checked.template.hash,
          operationId: messageId,
          reference: '',
        });
      }
      tell({ kind: 'stored', messageId });
    } catch (error) {
      tell({ kind: 'refused', messageId, code: codeOf(error) ?? String(error) });
    }
  };
}

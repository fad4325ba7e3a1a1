import { type CreateDialog, createOutcome, type DialogParts, type Support } from '../contract.ts';
import { sendCard, textsOf } from '../say.ts';
import { Dialog, type DialogContext, type DialogTurnResult } from '../sdk.ts';
import { texts as own } from './texts.ts';

/** What led to support; see `DialogOutcome`. */
interface ContactSupportOptions {
  orderId?: string;
  reason?: string;
}

/** Shows how to reach a person: `contact-support-v1`, with a button for the hand-off. */
class ContactSupportDialog extends Dialog<ContactSupportOptions> {
  readonly #support: Support;

  constructor({ support }: DialogParts) {
    super('contactSupport');
    this.#support = support;
  }

  override async beginDialog(
    dc: DialogContext,
    options: ContactSupportOptions = {},
  ): Promise<DialogTurnResult> {
    const { orderId, reason } = options;
    const { hours, phone } = this.#support;
    const texts = textsOf(dc.context, own);
    const shown = await sendCard(dc.context, 'contact-support-v1', {
      hours: hours ?? texts.hours,
      ...(phone !== undefined && { phone }),
      ...(orderId !== undefined && { topic: texts.aboutOrder(orderId) }),
    });
    const entities = orderId === undefined ? {} : { orderId };
    const parameters = reason === undefined ? {} : { reason };
    return dc.endDialog(createOutcome('contactSupport', shown ? 'shown' : 'refused', entities, parameters));
  }
}

/** Makes the dialog of the intent `contactSupport`. */
export const createContactSupport: CreateDialog = (parts) => new ContactSupportDialog(parts);

import type { DialogContext, DialogTurnResult } from 'botbuilder-dialogs';
import { Dialog } from 'botbuilder-dialogs';
import { outcome } from './outcome.ts';
import { textsOf } from './say.ts';
import { sendCard } from './sendCard.ts';

/** How people are reached: opening hours (default: those in the texts) and a phone number such as `+4930123456`. */
export interface Support {
  hours?: string | undefined;
  phone?: string | undefined;
}

/** What led to support; see `DialogOutcome`. */
export interface ContactSupportOptions {
  orderId?: string;
  reason?: string;
}

/** Shows how to reach a person: `contact-support-v1`, with a button for the hand-off. */
export class ContactSupportDialog extends Dialog<ContactSupportOptions> {
  readonly #support: Support;

  constructor(support: Support) {
    super('contactSupport');
    this.#support = support;
  }

  override async beginDialog(
    dc: DialogContext,
    options: ContactSupportOptions = {},
  ): Promise<DialogTurnResult> {
    const { orderId, reason } = options;
    const { hours, phone } = this.#support;
    const texts = textsOf(dc.context);
    const shown = await sendCard(dc.context, 'contact-support-v1', {
      hours: hours ?? texts.hours,
      ...(phone !== undefined && { phone }),
      ...(orderId !== undefined && { topic: texts.aboutOrder(orderId) }),
    });
    const entities = orderId === undefined ? {} : { orderId };
    const parameters = reason === undefined ? {} : { reason };
    return dc.endDialog(outcome('contactSupport', shown ? 'shown' : 'refused', entities, parameters));
  }
}

import { isFinal, type Listeners } from '../../cards/delivery/cardEvents.ts';
import {
  type CardSender,
  type CardSenderOptions,
  createCardSender as createSilentSender,
} from '../../cards/delivery/cardSender.ts';
import {
  createOrgsCardSender as createSilentOrgsSender,
  type OrgsCardSender,
} from '../../cards/delivery/orgsCardSender.ts';
import {
  type EmbeddedOutboxOptions,
  EmbeddedOutbox as SilentOutbox,
} from '../../cards/delivery/store/sqlite/embeddedOutbox.ts';

/** The outbox of a bot. Without `listeners` and `onFault` it prints on the console why messages wait or are not delivered. */
export class EmbeddedOutbox extends SilentOutbox {
  constructor(options: EmbeddedOutboxOptions) {
    super(withPrinting(options));
  }
}

/** Creates a sender of cards as `cards/` does; without `listeners` and `onFault` it prints on the console what the outbox prints. */
export function createCardSender(options: CardSenderOptions): Promise<CardSender> {
  return createSilentSender(withPrinting(options));
}

/** Creates a sender for several organisations, each as `createCardSender` does. */
export function createOrgsCardSender(
  orgs: Readonly<Record<string, CardSenderOptions>>,
): Promise<OrgsCardSender> {
  const printing = Object.entries(orgs).map(([org, options]): [string, CardSenderOptions] => [
    org,
    withPrinting(options),
  ]);
  return createSilentOrgsSender(Object.fromEntries(printing));
}

/** Adds listeners that print, where options have none; a JavaScript caller may name one that is undefined. */
export function withPrinting<O extends Listeners>(options: O): O & Required<Listeners> {
  const printing = printDeliveries();
  const { listeners = printing.listeners, onFault = printing.onFault } = options;
  return { ...options, listeners, onFault };
}

/** Time between two lines about the same reason to retry, in milliseconds. */
const retryLineMs = 60_000;

/**
 * Creates listeners that print each message that became a dead letter, and each error of this program. They print a reason to retry at
 * most once a minute.
 *
 * @param now monotonic milliseconds
 */
export function printDeliveries(
  out: Pick<Console, 'error' | 'warn'> = console,
  now: () => number = () => performance.now(),
): Required<Listeners> {
  const printedAt = new Map<string, number>();
  return {
    listeners: [
      ({ entry, attempt }) => {
        const { event, code = 'no code', status } = entry;
        const reason = status === undefined ? code : `${code}, status ${status}`;
        if (attempt?.result === 'retry' && now() - (printedAt.get(code) ?? -Infinity) >= retryLineMs) {
          printedAt.set(code, now());
          out.warn(`genesys-card-bot: a card or message waits, and the outbox retries it: ${reason}`);
        }
        // The customer has left: nobody misses the message.
        if (!isFinal(entry) || event === 'accepted' || code === 'genesys.conversationEnded') return;
        out.error(`genesys-card-bot: a card or message was not delivered: ${event}, ${reason}`);
      },
    ],
    onFault: (error) => out.error('genesys-card-bot: an error in the delivery of a card or message:', error),
  };
}

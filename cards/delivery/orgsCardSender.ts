import { resolve } from 'node:path';
import { z } from 'zod';
import { copyPlainly } from '../checks/plainJson.ts';
import { suggestOneOf } from '../closest.ts';
import { CodedError } from '../errors.ts';
import { type CardSender, type CardSenderOptions, createCardSender } from './cardSender.ts';

/** Sends cards for several organisations, each with a client, a store and limits of its own. */
export interface OrgsCardSender {
  /** Sends as `CardSender.send` does; `org` of the order names the organisation. @throws CodedError `card.schema` for an unknown `org` */
  send(order: unknown, waitMs?: number): ReturnType<CardSender['send']>;
  /** Stores as `CardSender.submit` does; `org` of the order names the organisation. @throws CodedError `card.schema` for an unknown `org` */
  submit(order: unknown): ReturnType<CardSender['submit']>;
  /** Counts the cards of one organisation, as `CardSender.stats` does. @throws CodedError `card.schema` for an unknown `org` */
  stats(org: string): ReturnType<CardSender['stats']>;
  /** Lets cards that are being sent finish; the others wait in the stores for the next start. */
  close(): Promise<void>;
}

const orderSchema = z.looseObject({ org: z.string() });

/**
 * Opens the store of each organisation and begins to send.
 *
 * @param orgs the options of each organisation by its id; each names a store of its own
 * @throws CodedError as `createCardSender` does, and `config.invalid` when two organisations name one store
 */
export async function createOrgsCardSender(
  orgs: Readonly<Record<string, CardSenderOptions>>,
): Promise<OrgsCardSender> {
  requireOwnStores(orgs);
  const senders = new Map<string, CardSender>();
  const close = async () => {
    await Promise.all([...senders.values()].map((sender) => sender.close()));
  };
  try {
    for (const [org, options] of Object.entries(orgs)) senders.set(org, await createCardSender(options));
  } catch (error) {
    await close();
    throw error;
  }

  const senderOf = (org: string): CardSender => {
    const sender = senders.get(org);
    if (sender !== undefined) return sender;
    throw new CodedError('card.schema', 'There is no organisation of this name.', {
      path: '$.org',
      hint: suggestOneOf(org, [...senders.keys()]),
    });
  };
  const split = (order: unknown): { sender: CardSender; rest: object } => {
    const parsed = orderSchema.safeParse(copyPlainly(order, 'card.schema'));
    if (!parsed.success)
      throw new CodedError('card.schema', 'The order names no organisation.', {
        path: '$.org',
        hint: `Add "org". There are: ${[...senders.keys()].join(', ')}.`,
      });
    const { org, ...rest } = parsed.data;
    return { sender: senderOf(org), rest };
  };

  return {
    async send(order, waitMs) {
      const { sender, rest } = split(order);
      return sender.send(rest, waitMs);
    },
    async submit(order) {
      const { sender, rest } = split(order);
      return sender.submit(rest);
    },
    stats: async (org) => senderOf(org).stats(),
    close,
  };
}

/** The process that opens a store first sends all of its cards, so one store would send the cards of two organisations by one client. */
function requireOwnStores(orgs: Readonly<Record<string, CardSenderOptions>>): void {
  const owners = new Map<string, string>();
  for (const [org, { databaseUrl, dataDir = '.data' }] of Object.entries(orgs)) {
    const store = databaseUrl ?? resolve(dataDir);
    const owner = owners.get(store);
    if (owner !== undefined)
      throw new CodedError('config.invalid', `The organisations ${owner} and ${org} name the same store.`, {
        hint: 'Give each organisation a dataDir or a databaseUrl of its own.',
      });
    owners.set(store, org);
  }
}

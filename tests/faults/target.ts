import { z } from 'zod';
import { startSandbox } from '../../sandbox/startSandbox.ts';

/** What a stand-in for Genesys counted since it was opened here. */
export interface Shown {
  /** Different cards taken. */
  readonly distinct: number;
  /** Cards shown a second time. */
  readonly twice: number;
  /** Cards shown after a later one of their conversation. */
  readonly outOfOrder: number;
  /** Ids of all cards taken; undefined when the target does not tell them. */
  readonly ids: ReadonlySet<string> | undefined;
  /** Answers of the cards' path by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** The stand-in for Genesys that a fault test sends to. */
export interface Target {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Sets what goes wrong; false when the target cannot be told, and keeps its own ways. */
  setFaults(faults: object): Promise<boolean>;
  /** Undefined when the target does not count. */
  shown(): Promise<Shown | undefined>;
  close(): Promise<void>;
}

const guestPath = 'POST /api/v2/guest/conversations/webchat/messages';

const statsSchema = z.looseObject({
  requests: z.record(z.string(), z.record(z.string(), z.number())).default({}),
  cards: z.looseObject({
    distinct: z.number(),
    shownTwice: z.number().default(0),
    outOfOrder: z.number().default(0),
  }),
  ids: z.array(z.string()).optional(),
});

/**
 * Opens a target: the sandbox of this project in this process, or whatever answers at `url` for the client that
 * `GENESYS_CLIENT_ID` and `GENESYS_CLIENT_SECRET` name.
 */
export async function openTarget(url: string | undefined): Promise<Target> {
  const { GENESYS_CLIENT_ID: clientId = 'sandbox', GENESYS_CLIENT_SECRET: clientSecret = 'sandbox-secret' } =
    process.env;
  const own = url === undefined ? await startSandbox({ port: 0, clientId, clientSecret }) : undefined;
  const base = (own?.url ?? url ?? '').replace(/\/$/, '');
  const before = await readStats(base);

  return {
    url: base,
    clientId,
    clientSecret,
    setFaults: async (faults) => {
      try {
        const response = await fetch(`${base}/sandbox/faults`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ acceptAnyConversation: true, ...faults }),
        });
        await response.arrayBuffer();
        return response.ok;
      } catch {
        return false;
      }
    },
    shown: async () => {
      const stats = await readStats(base);
      if (stats === undefined) return undefined;
      const statuses = Object.entries(stats.requests[guestPath] ?? {}).map(([status, count]) => [
        status,
        count - (before?.requests[guestPath]?.[status] ?? 0),
      ]);
      return {
        distinct: stats.cards.distinct - (before?.cards.distinct ?? 0),
        twice: stats.cards.shownTwice - (before?.cards.shownTwice ?? 0),
        outOfOrder: stats.cards.outOfOrder - (before?.cards.outOfOrder ?? 0),
        ids: stats.ids === undefined ? undefined : new Set(stats.ids),
        statuses: Object.fromEntries(statuses),
      };
    },
    close: async () => {
      await own?.close();
    },
  };
}

async function readStats(base: string) {
  try {
    const response = await fetch(`${base}/sandbox/stats?ids=1`);
    const parsed = statsSchema.safeParse(await response.json());
    return parsed.data;
  } catch {
    return undefined;
  }
}

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CardRequest } from '../../cards/cardRequest.ts';
import { AnalyticsFeed } from '../../cards/delivery/analytics.ts';
import { createGenesysRoutes } from '../../cards/delivery/createGenesysRoutes.ts';
import { createHttpClient } from '../../cards/delivery/http.ts';
import type { CardRoute } from '../../cards/delivery/outbox.ts';
import { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import { EmbeddedOutbox } from '../../cards/delivery/store/sqlite/embeddedOutbox.ts';
import type { TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import type { Target } from './target.ts';

/** The project's side: everything between a dialog's request for a card and its outcome, on a store of its own. */
export interface Sender {
  /** Composes a card, stores it, and waits for its outcome. @throws Error when it was not accepted. */
  send(request: CardRequest): Promise<void>;
  readonly commits: { readonly commits: number; readonly writes: number };
  /** Resolves when the webhook has every event so far. */
  drain(): Promise<void>;
  /** Events that the webhook took. */
  readonly events: number;
  /** Entries of the audit log, when its chain is whole. */
  auditEntries(): number;
  close(): Promise<void>;
}

/** What a sender is made of. */
export interface SenderOptions {
  registry: TemplateRegistry;
  routes: readonly CardRoute[];
  /** Default: no analytics. */
  webhook?: string | undefined;
}

/** Conversations that cards go to in turn: more than cards in flight, so that no card waits for another one's. */
const conversations = 4_096;
/** Far above what one process sends, so that the limit is taken into account but never waited for. */
const requestsPerMinute = 100_000_000;
const outcomeWaitMs = 60_000;
/** How long the webhook may take for the events of one batch, in milliseconds. */
const drainMs = 60_000;

/** The routes to a target as the bot makes them. */
export function routesTo(target: Target, dropsRepeats: boolean): { routes: CardRoute[]; close: () => void } {
  const http = createHttpClient();
  const routes = createGenesysRoutes({
    loginUrl: target.url,
    apiUrl: target.url,
    clientId: target.clientId,
    clientSecret: target.clientSecret,
    scope: 'webchat:guest:write',
    http: http.request,
    requestsPerMinute,
    dropsRepeats,
  });
  return { routes, close: http.close };
}

/** Puts the parts together as the bot does, without the bot around them. */
export async function openSender({ registry, routes, webhook }: SenderOptions): Promise<Sender> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
  const store = new CardStore(openDatabase(dataDir));
  const webhookClient = createHttpClient({ maxSockets: 2 });
  let events = 0;
  const feed =
    webhook === undefined
      ? undefined
      : new AnalyticsFeed({
          url: webhook,
          secrets: ['bench'],
          source: store.audit,
          http: webhookClient.request,
          onTry: ({ count, isTaken }) => {
            if (isTaken) events += count;
          },
        });
  const outbox = new EmbeddedOutbox({ store, routes, listeners: [() => feed?.wake()] });
  await outbox.start();
  let sent = 0;

  return {
    send: async (request) => {
      for (const card of registry.compose(request)) {
        const { messageId } = card;
        sent += 1;
        await outbox.submit({
          messageId,
          conversationId: `bench-${sent % conversations}`,
          route: 'guest',
          body: card.json,
          text: card.text,
          templateId: card.template.id,
          templateVersion: card.template.version,
          templateHash: card.template.hash,
          operationId: randomUUID(),
          reference: '',
        });
        const { outcome, code } = await outbox.outcomeOf(messageId, outcomeWaitMs);
        if (outcome !== 'accepted') throw new Error(`A card was not accepted: ${outcome} ${code ?? ''}`);
      }
    },
    get commits() {
      return store.commits.counts;
    },
    drain: async () => {
      const giveUp = performance.now() + drainMs;
      while (feed !== undefined && store.audit.after(store.audit.cursor(), 1).length > 0) {
        if (performance.now() > giveUp) throw new Error('The webhook does not take its events.');
        feed.wake();
        await delay(5);
      }
    },
    get events() {
      return events;
    },
    auditEntries: () => {
      const verdict = store.audit.verify();
      if (!verdict.ok) throw new Error(`The audit log is broken at ${verdict.seq}: ${verdict.problem}.`);
      return verdict.entries;
    },
    close: async () => {
      await outbox.stop();
      await feed?.stop();
      store.close();
      webhookClient.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

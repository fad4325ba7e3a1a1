import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import { idPattern } from '../../cards/card.ts';
import type { ChartSpan } from '../../cards/delivery/figures.ts';
import type { OperatorStore } from '../../cards/delivery/operatorStore.ts';
import { describeHealth, presentRecords, readHealth } from '../health/healthRecord.ts';
import { answerProblems, RefusedRequest, readJsonBody } from '../http/requests.ts';
import type { Log } from '../log/log.ts';
import { createOperatorCheck, type OperatorCheckOptions } from './operatorCheck.ts';

/** Options of the operator page. Without a secret and without tokens it is open to this machine. */
export interface OpsOptions extends OperatorCheckOptions {
  /** Opens the operator's store; called with the first request. */
  open: () => Promise<OperatorStore>;
  /** The limit of requests to Genesys, for the chart. */
  requestsPerMinute: number;
  log: Log;
  /** Wall clock in milliseconds; default `Date.now`. */
  now?: () => number;
  /** How often the page receives the figures, in milliseconds; default 2,000. */
  everyMs?: number;
}

/** Most pages that receive events at once. */
const mostListeners = 20;

/** Files that the page loads from `/ops/web`, with their types. */
const files = new Map([
  ['page.js', 'text/javascript; charset=utf-8'],
  ['page.css', 'text/css; charset=utf-8'],
  ['charts.js', 'text/javascript; charset=utf-8'],
  ['uplot.js', 'text/javascript; charset=utf-8'],
  ['uplot.css', 'text/css; charset=utf-8'],
]);

// PostgreSQL accepts no NUL in a text.
const text = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u)
  .optional();
const state = z.enum(['pending', 'sending', 'accepted', 'rejected', 'unknown', 'failed']).optional();
const filterSchema = z.strictObject({ message: text, state, code: text, template: text, conversation: text });
const spanSchema = z.strictObject({ span: z.enum(['hour', 'day', 'week']).default('hour') });
const idsSchema = z.strictObject({ messageIds: z.array(z.string().regex(idPattern)).min(1).max(500) });

/** Adds the operator page under `/ops`; returns the function that closes it. */
export function addOps(
  server: Server,
  { open, requestsPerMinute, log, now = Date.now, everyMs = 2_000, ...operators }: OpsOptions,
): () => Promise<void> {
  let opened: Promise<OperatorStore> | undefined;
  const store = () => {
    opened ??= open().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const checkOperator = createOperatorCheck(operators);
  const listeners = new Set<Response>();
  let isClosed = false;

  const guarded = (handle: (request: Request, response: Response, operator: string) => Promise<void>) =>
    answerProblems(
      log,
      async (request, response) => {
        const operator = await checkOperator(request);
        // A disconnected page calls again at once, and would open the store of a stopping bot.
        if (isClosed) throw new RefusedRequest(503, 'The bot is stopping.');
        await handle(request, response, operator);
      },
      ({ status }, request) => {
        // The first request of a browser has no password: that is not an attempt.
        const isAttempt = status === 401 && request.headers.authorization !== undefined;
        if (isAttempt || status === 403 || status === 429)
          log.warn({ event: 'ops.refused', status }, 'The operator page refused a caller');
      },
    );
  type Answer = (request: Request, operator: string) => Promise<unknown>;
  const answering = (answer: Answer) =>
    guarded(async (request, response, operator) => {
      response.setHeader('cache-control', 'no-store');
      response.send(200, await answer(request, operator));
    });
  const read = (path: string, answer: Answer) => server.get(path, answering(answer));
  const change = (path: string, answer: Answer) => server.post(path, answering(answer));

  server.get(
    '/ops',
    guarded(async ({ url }, response) => {
      // The page loads its files by relative addresses: it may be behind `/orgs/ID`.
      if (/\/(?:\?|$)/.test(url ?? '')) response.sendRaw(302, '', { location: '../ops' });
      else sendFile(response, 'page.html', 'text/html; charset=utf-8');
    }),
  );
  server.get(
    '/ops/web/:file',
    guarded(async ({ params: { file } }, response) => {
      const type = files.get(file);
      if (type === undefined) throw new RefusedRequest(404, 'The page has no such file.');
      sendFile(response, file, type);
    }),
  );

  const figures = async (span: ChartSpan) => {
    const one = await store();
    const at = now();
    const [status, deadCodes, health, chart] = await Promise.all([
      one.status(),
      one.deadCodes(),
      one.health().then(readHealth),
      one.chart(span),
    ]);
    const instances = presentRecords(health, at).map((record) => ({
      version: record.version ?? 'unknown',
      at: new Date(record.at).toISOString(),
      troubles: describeHealth(record, at),
    }));
    return { at: new Date(at).toISOString(), ...status, deadCodes, requestsPerMinute, instances, chart };
  };
  read('/ops/figures', ({ url }) => figures(spanOf(url)));
  const recent = new Map<ChartSpan, { at: number; event: Promise<string> }>();
  /** The event for the pages of a span: the store is read once for all of them. */
  const eventOf = (span: ChartSpan): Promise<string> => {
    const known = recent.get(span);
    if (known !== undefined && now() - known.at < everyMs / 2) return known.event;
    const event = figures(span).then(
      (read) => `data: ${JSON.stringify(read)}\n\n`,
      () => 'event: away\ndata: {}\n\n',
    );
    recent.set(span, { at: now(), event });
    return event;
  };
  const streamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
  server.head(
    '/ops/events',
    guarded(async (_, response) => {
      response.sendRaw(200, '', streamHeaders);
    }),
  );
  server.get(
    '/ops/events',
    guarded(async ({ url }, response) => {
      const span = spanOf(url);
      if (listeners.size >= mostListeners) throw new RefusedRequest(503, 'Too many pages are open.');
      listeners.add(response);
      // Listens before it reads the first figures: the page may close meanwhile.
      const closed = once(response, 'close');
      response.writeHead(200, streamHeaders);
      let isReading = false;
      const sendEvent = async () => {
        // Nothing more is sent to a page that does not read, and a slow store gets no second query.
        if (isReading || response.writableNeedDrain) return;
        isReading = true;
        const event = await eventOf(span);
        isReading = false;
        if (!response.destroyed) response.write(event);
      };
      void sendEvent();
      const timer = setInterval(() => void sendEvent(), everyMs);
      timer.unref();
      try {
        await closed;
      } finally {
        clearInterval(timer);
        listeners.delete(response);
      }
    }),
  );

  const search = async (request: Request, limit: number) =>
    (await store()).recent(limit, filterOf(request.url));
  read('/ops/cards', (request) => search(request, 100));
  server.get(
    '/ops/cards.csv',
    guarded(async (request, response) => {
      const body = toCsv(await search(request, 10_000));
      response.sendRaw(200, body, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="cards.csv"',
        'cache-control': 'no-store',
      });
    }),
  );
  const shown = (one: Awaited<ReturnType<OperatorStore['show']>>) => {
    if (one === undefined) throw new RefusedRequest(404, 'No card has this messageId.');
    return { ...one, audit: one.audit.map(({ seq, entry }) => ({ seq, ...JSON.parse(entry) })) };
  };
  read('/ops/cards/:messageId', async ({ params }) => shown(await (await store()).show(idOf(params))));
  change('/ops/cards/:messageId/reveal', async ({ params }, operator) => {
    const card = shown(await (await store()).reveal(idOf(params)));
    log.info(
      { event: 'ops.revealed', operator, messageId: params.messageId },
      'Operator displayed the text of a card',
    );
    return card;
  });
  change('/ops/replay', async (request, operator) => {
    const parsed = idsSchema.safeParse(await readJsonBody(request, 'card.schema'));
    if (!parsed.success) throw new RefusedRequest(400, 'Expected messageIds.', { path: '$' });
    const result = await (await store()).replay(parsed.data.messageIds);
    log.info(
      { event: 'ops.replayed', operator, count: result.replayed.length },
      'Operator replayed dead letters',
    );
    return result;
  });

  return async () => {
    isClosed = true;
    // Destroyed, not ended: a page that does not read would delay the stop.
    for (const response of listeners) response.destroy();
    await (await opened?.catch(() => undefined))?.close();
  };
}

function sendFile(response: Response, name: string, type: string): void {
  const path = name.startsWith('uplot')
    ? fileURLToPath(import.meta.resolve(`#vendor/${name}`))
    : join(import.meta.dirname, 'web', name);
  response.sendRaw(200, readFileSync(path, 'utf8'), {
    'content-type': type,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
    'x-frame-options': 'DENY',
  });
}

/** @throws RefusedRequest 404 when it cannot be the id of a card */
function idOf({ messageId }: { messageId: string }): string {
  if (idPattern.test(messageId)) return messageId;
  throw new RefusedRequest(404, 'No card has this messageId.');
}

function spanOf(url?: string): ChartSpan {
  return readQuery(url, spanSchema, 'The span is hour, day or week.').span;
}

function filterOf(url?: string) {
  return readQuery(url, filterSchema, 'The search is not valid.');
}

/** Reads the query of an address; empty values count as absent. @throws RefusedRequest 400, also for a repeated name */
function readQuery<T>(url = '/', schema: z.ZodType<T>, message: string): T {
  const given = [...new URL(url, 'http://localhost').searchParams].filter(([, value]) => value !== '');
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success && new Map(given).size === given.length) return parsed.data;
  throw new RefusedRequest(400, message);
}

const columns = [
  ...(['messageId', 'state', 'code', 'status', 'templateId', 'conversationId', 'attempts'] as const),
  ...(['storedAt', 'settledAt'] as const),
];

function toCsv(cards: Awaited<ReturnType<OperatorStore['recent']>>): string {
  const rows = cards.map((card) =>
    columns.map((name) => formatCell(name.endsWith('At') ? formatIso(card[name]) : card[name])),
  );
  return [columns, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function formatIso(value: unknown): string {
  return typeof value === 'number' ? new Date(value).toISOString() : '';
}

/** Quotes a cell, so that a spreadsheet does not read it as a formula. */
function formatCell(value: unknown): string {
  const plain = String(value ?? '');
  return `"${(/^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain).replaceAll('"', '""')}"`;
}

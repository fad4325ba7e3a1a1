import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import {
  type CardOrder,
  type OrderResult,
  orderText,
  readCardOrder,
} from '../../cards/delivery/cardOrder.ts';
import { type CardSender, createCardSender } from '../../cards/delivery/cardSender.ts';
import { CodedError } from '../../cards/errors.ts';
import { readConfig } from '../config/config.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';
import { parseLine, readBoundedLines, readFile, readJson, writeJson } from './lines.ts';
import { isTerminal } from './paint.ts';

/** Cards of a batch that may wait at once: far fewer than the outbox accepts. */
const mostWaiting = 1_000;

/** `send`: one card, or a batch from JSON lines; exit 1 unless every card was accepted. */
export const send = defineCommand({
  options: {
    fields: { type: 'string' },
    locale: { type: 'string' },
    'message-id': { type: 'string' },
    jsonl: { type: 'string' },
    batch: { type: 'string', default: '' },
    wait: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
  async run({ values, positionals }, context) {
    const { jsonl, fields, locale, 'message-id': messageId, batch, json } = values;
    const [conversationId, templateId, ...more] = positionals;
    const waitMs = readWait(values.wait);
    const isBatch = jsonl !== undefined;
    const isOne = conversationId !== undefined && templateId !== undefined && more.length === 0;
    const saysOne = [fields, locale, messageId].some((one) => one !== undefined) || positionals.length > 0;
    if (isBatch ? saysOne : !isOne)
      throw new UsageError('Name a conversation and a template, or a file of orders with --jsonl.');
    if (isBatch) return withSender(context, (sender) => sendBatch(sender, jsonl, { batch, waitMs }, context));
    const order = {
      conversationId,
      templateId,
      fields: fields === undefined ? {} : await readJson(inputOf(fields, context), 'fields'),
      ...(locale === undefined ? {} : { locale }),
      ...(messageId === undefined ? {} : { messageId }),
    };
    return withSender(context, async (sender) => {
      const result = await sender.send(order, waitMs);
      context.stdout.write(json ? `${JSON.stringify(result)}\n` : `${describeResult(result)}\n`);
      return result.outcome === 'accepted' ? 0 : 1;
    });
  },
});

function readWait(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  const ms = Number(seconds) * 1_000;
  if (!(ms >= 0 && ms <= 86_400_000)) throw new UsageError('--wait is a number of seconds, at most 86400.');
  return ms;
}

/** Opens a sender with the settings of the bot, and closes it whatever happens. */
async function withSender(
  { env, templateDirs, policy, store }: CommandContext,
  work: (sender: CardSender) => Promise<number>,
): Promise<number> {
  const { genesys, requestsPerMinute, dropsRepeats, proxy, analytics, genesysCertificate } = readConfig(env);
  const sender = await createCardSender({
    ...genesys,
    ...store,
    templateDirs,
    policy,
    requestsPerMinute,
    dropsRepeats,
    analytics,
    proxyEnv: proxy,
    certificate: genesysCertificate,
  });
  try {
    return await work(sender);
  } finally {
    await sender.close();
  }
}

/** A file, `-` for the standard input. */
function inputOf(name: string, { stdin }: CommandContext): AsyncIterable<unknown> {
  return name === '-' ? stdin : readFile(name);
}

function describeResult({ outcome, messageId, attempts, code, durationMs, cards }: OrderResult): string {
  const parts = [
    outcome,
    messageId,
    ...(code === undefined ? [] : [code]),
    `${attempts} attempt${attempts === 1 ? '' : 's'}`,
    ...(durationMs === undefined ? [] : [`${durationMs} ms`]),
    ...(cards === undefined ? [] : [`${cards} cards`]),
  ];
  return parts.join('  ');
}

/** A line of a batch: its result, with the number of the line. */
type LineResult = { line: number } & (
  | OrderResult
  | { messageId?: string; outcome: 'refused'; code: string; path: string; message: string }
);

/**
 * Sends the orders of a file, one JSON object a line. It stores each before the next one, so that cards of a conversation keep their
 * order. It writes each result as soon as it is known.
 *
 * A line without a messageId gets one from the batch and the content of the line: a command that was killed and runs again sends no
 * card twice.
 */
async function sendBatch(
  sender: CardSender,
  file: string,
  { batch, waitMs }: { batch: string; waitMs: number | undefined },
  context: CommandContext,
): Promise<number> {
  const progress = new Progress(context.stderr);
  const waiting = new Set<Promise<void>>();
  const ids = new BatchIds(batch);
  const report = async (result: LineResult) => {
    progress.add(result.outcome);
    await writeJson(context.stdout, result);
  };
  let number = 0;
  for await (const text of readBoundedLines(inputOf(file, context))) {
    number += 1;
    const line = number;
    if (text?.trim() === '') continue;
    progress.taken += 1;
    let order: CardOrder | undefined;
    try {
      order = ids.complete(readCardOrder(parseLine(text)));
      const stored = await sender.submit(order);
      const reported = stored.outcome(waitMs ?? longestWaitMs).then((result) => report({ line, ...result }));
      waiting.add(reported);
      void reported.finally(() => waiting.delete(reported)).catch(() => {});
    } catch (error) {
      if (!(error instanceof CodedError) || isOfStore(error)) throw error;
      const { code, path = '$', message } = error;
      const known = order?.messageId === undefined ? {} : { messageId: order.messageId };
      await report({ line, ...known, outcome: 'refused', code, path, message });
    }
    while (waiting.size >= mostWaiting) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  return progress.end() ? 0 : 1;
}

/** Longer than a card is retried. */
const longestWaitMs = 86_400_000;

/** Says whether an error is one of the store: it ends the batch, and the same command continues it later. */
function isOfStore({ code }: CodedError): boolean {
  return code.startsWith('store.') && code !== 'store.conflict';
}

/** Adds ids to orders, the same in every run of a batch. */
class BatchIds {
  readonly #batch: string;
  readonly #seen = new Map<string, number>();

  constructor(batch: string) {
    this.#batch = batch;
  }

  complete(order: CardOrder): CardOrder {
    if (order.messageId !== undefined) return order;
    const text = orderText(order);
    const hash = createHash('sha256').update(`${this.#batch}\n${text}`).digest('hex').slice(0, 32);
    // Two equal lines are two cards.
    const count = (this.#seen.get(hash) ?? 0) + 1;
    this.#seen.set(hash, count);
    return { ...order, messageId: count === 1 ? `batch-${hash}` : `batch-${hash}.${count}` };
  }
}

/** Shows on a terminal how far a batch is, and summarizes it at its end. */
class Progress {
  taken = 0;
  readonly #to: Writable;
  readonly #counts = new Map<string, number>();

  constructor(to: Writable) {
    this.#to = to;
  }

  add(outcome: string): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
    if (isTerminal(this.#to)) this.#to.write(`\r\u001b[K${drawBar(this.#done, this.taken)} ${this.#text}`);
  }

  /** Whether every card was accepted. */
  end(): boolean {
    this.#to.write(`${isTerminal(this.#to) ? '\r\u001b[K' : ''}${this.#text}\n`);
    return this.#done === (this.#counts.get('accepted') ?? 0);
  }

  get #done(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get #text(): string {
    const counts = [...this.#counts].map(([outcome, count]) => `${outcome} ${count}`);
    return `${this.#done} of ${this.taken} cards${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`;
  }
}

function drawBar(done: number, of: number): string {
  const filled = of === 0 ? 0 : Math.floor((20 * done) / of);
  return `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}]`;
}

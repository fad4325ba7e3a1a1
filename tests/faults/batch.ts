import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { SqliteOperatorStore } from '../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { readArguments } from './arguments.ts';
import type { Figure } from './figure.ts';
import { openTarget, type Target } from './target.ts';

const commandFile = join(import.meta.dirname, '..', '..', 'bot', 'cli', 'main.ts');
const resultSchema = z.looseObject({ line: z.number(), messageId: z.string(), outcome: z.string() });

/**
 * `cards send --jsonl` with `--cards` (5,000) orders is killed `--kills` (2) times in the middle and run again: each card is
 * shown once, in the order of the lines.
 */
export async function batch(args: readonly string[]): Promise<Figure> {
  const options = readArguments(args, { cards: 5_000, conversations: 250, kills: 2 });
  const { cards, conversations, kills } = options;
  const target = await openTarget(options.target);
  const dataDir = mkdtempSync(join(tmpdir(), 'batch-'));
  try {
    await target.setFaults({});
    const file = join(dataDir, 'orders.jsonl');
    const orderOf = (line: number) => ({
      conversationId: `c-${line % conversations}`,
      templateId: 'order-status-v1',
      fields: {
        orderId: `${line}`,
        status: 'shipped',
        itemCount: 1,
        total: 5,
        currency: 'EUR',
        placedOn: '2026-11-20',
      },
    });
    writeFileSync(file, Array.from({ length: cards }, (_, i) => `${JSON.stringify(orderOf(i))}\n`).join(''));
    const began = performance.now();
    for (let kill = 1; kill <= kills; kill += 1)
      await sendBatch(target, dataDir, file, Math.floor((cards * kill) / (kills + 1)));
    const last = await sendBatch(target, dataDir, file, Number.POSITIVE_INFINITY);
    const lineOf = new Map(last.results.map(({ messageId, line }) => [messageId, line]));
    const { entries, outOfOrder } = await readOrder(dataDir, lineOf);
    const shown = await target.shown();
    return {
      fault: 'batch',
      cards,
      shown: shown?.distinct ?? null,
      lost: cards - (shown?.distinct ?? 0),
      twice: shown?.twice ?? null,
      outOfOrder,
      kills,
      exitCode: last.exitCode,
      auditEntries: entries,
      seconds: Math.round((performance.now() - began) / 1_000),
      ok:
        last.exitCode === 0 &&
        lineOf.size === cards &&
        shown?.distinct === cards &&
        shown.twice === 0 &&
        outOfOrder === 0,
    };
  } finally {
    await target.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Runs the command, and kills it when so many results were told. */
async function sendBatch(target: Target, dataDir: string, file: string, killAfter: number) {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', commandFile, 'send', '--jsonl', file],
    {
      cwd: dataDir,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH ?? '',
        DATA_DIR: join(dataDir, 'store'),
        GENESYS_LOGIN_URL: target.url,
        GENESYS_API_URL: target.url,
        GENESYS_CLIENT_ID: target.clientId,
        GENESYS_CLIENT_SECRET: target.clientSecret,
        GENESYS_DROPS_REPEATS: 'true',
        GENESYS_REQUESTS_PER_MINUTE: '1000000',
      },
    },
  );
  const exit = once(child, 'exit');
  const results: z.infer<typeof resultSchema>[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // What a kill cut off is no line.
    if (child.killed) continue;
    results.push(resultSchema.parse(JSON.parse(line)));
    if (results.length >= killAfter) child.kill('SIGKILL');
  }
  const [exitCode] = await exit;
  return { results, exitCode: Number(exitCode) };
}

/** Reads from the audit log in which order the cards of each conversation were accepted. */
async function readOrder(dataDir: string, lineOf: ReadonlyMap<string, number>) {
  const operator = new SqliteOperatorStore(join(dataDir, 'store'));
  const lastLine = new Map<string, number>();
  let [entries, outOfOrder] = [0, 0];
  for (let page = await operator.auditAfter(0, 1_000); page.length > 0; ) {
    for (const row of page) {
      const { event, messageId, conversationId } = JSON.parse(row.entry);
      entries += 1;
      if (event !== 'accepted') continue;
      const line = lineOf.get(messageId) ?? -1;
      if (line < (lastLine.get(conversationId) ?? -1)) outOfOrder += 1;
      lastLine.set(conversationId, line);
    }
    page = await operator.auditAfter(page.at(-1)?.seq ?? 0, 1_000);
  }
  await operator.close();
  return { entries, outOfOrder };
}

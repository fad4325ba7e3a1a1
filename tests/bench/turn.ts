import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { asGateway } from '../fakes/gateway.ts';
import { json, listen } from '../fakes/listen.ts';
import { closedLoop } from './closedLoop.ts';
import { median, medianRatio, printLine } from './figures.ts';
import { Flags } from './flags.ts';
import { openTarget, type Target } from './target.ts';

/**
 * What a turn of an existing bot does: an echo; the same with clients that are kept, as the finished bot keeps them; then, each
 * more than the one before, the card middleware around the echo; a card; telemetry of it. And the finished bot's turn, with
 * its dialogs, its state on disk, and a card that is stored and delivered by the guest route, without telemetry and with it.
 * Those of a group are measured in turns.
 */
const groups = [
  ['echo', 'keptClients', 'middleware', 'card', 'telemetry'],
  ['bot', 'botTelemetry'],
] as const;
type Variant = (typeof groups)[number][number];

const hasTelemetry = (variant: Variant) => variant === 'telemetry' || variant === 'botTelemetry';
const isFinished = (variant: Variant) => variant === 'bot' || variant === 'botTelemetry';

/** A bot in a process of its own: what it takes is its own, also what it does a second after a turn. */
interface Bot {
  readonly variant: Variant;
  readonly url: string;
  readonly child: ChildProcess;
  /** CPU at the beginning of each round, and at the end, in microseconds. */
  readonly readings: number[];
}

const begun = z.object({ url: z.string() });
const read = z.object({ cpu: z.number() });
const answer = z.object({ activities: z.array(z.object({ type: z.string() })).min(1) });
/** The card of the finished bot goes another way. */
const emptyAnswer = z.object({ activities: z.array(z.unknown()).length(0) });

/** Measures what a turn over HTTP with its reply in the answer (expectReplies) costs the bot's process. */
export async function run(args: string[]): Promise<void> {
  const flags = new Flags(args, ['turns', 'concurrency', 'rounds', 'warm-up']);
  const rounds = flags.count('rounds', 7);
  const turns = Math.ceil(flags.count('turns', 7_000) / rounds);
  const concurrency = flags.count('concurrency', 8);
  const warmUp = flags.count('warm-up', 1_500, 0);

  const ingestion = await listen(({ body }, response) => {
    // The stand-in keeps what it saw for tests to look at: here it would be all telemetry of the run.
    ingestion.seen.length = 0;
    const { length } = JSON.parse(body);
    json(response, 200, { itemsReceived: length, itemsAccepted: length, errors: [] });
  });
  const genesys = await openTarget();
  const common = { bench: 'turn', turns: turns * rounds, concurrency };
  const perTurn: number[][] = [];
  try {
    for (const variants of groups) {
      const bots = await Promise.all(variants.map((variant) => startBot(variant, ingestion.url, genesys)));
      try {
        for (const bot of bots) await talk(bot, warmUp, concurrency);
        for (let round = 0; round < rounds; round += 1) {
          for (const bot of bots) {
            bot.readings.push(await cpuOf(bot));
            await talk(bot, turns, concurrency);
          }
        }
        for (const bot of bots) bot.readings.push(await cpuOf(bot));
      } finally {
        for (const { child } of bots) child.disconnect();
      }
      for (const { variant, readings } of bots) {
        const cpu = readings.slice(1).map((reading, i) => (reading - (readings[i] ?? 0)) / turns);
        printLine({ ...common, side: variant, cpu_us_per_turn: median(cpu) });
        perTurn.push(cpu);
      }
    }
    const { distinct = 0 } = (await genesys.counts()) ?? {};
    const wanted = 2 * (warmUp + turns * rounds);
    if (distinct !== wanted) throw new Error(`Of ${wanted} cards ${distinct} arrived.`);
  } finally {
    await ingestion.close();
    await genesys.close();
  }

  const [echo = [], kept = [], middleware = [], card = [], telemetry = [], bot = [], botTelemetry = []] =
    perTurn;
  printLine({
    ...common,
    side: 'ratio',
    kept_clients_to_echo: medianRatio(kept, echo),
    middleware_to_echo: medianRatio(middleware, echo),
    card_to_echo: medianRatio(card, echo),
    telemetry_to_card: medianRatio(telemetry, card),
    telemetry_to_bot: medianRatio(botTelemetry, bot),
  });
}

async function startBot(variant: Variant, ingestion: string, genesys: Target): Promise<Bot> {
  const connection = `InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=${ingestion}`;
  const [file, ...args]: [string, ...string[]] = isFinished(variant)
    ? ['finishedBot.ts', genesys.url, genesys.clientId, genesys.clientSecret]
    : ['turnServer.ts', variant];
  if (hasTelemetry(variant)) args.push(connection);
  const child = fork(join(import.meta.dirname, file), args, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [message] = await once(child, 'message');
  return { variant, child, url: begun.parse(message).url, readings: [] };
}

async function cpuOf({ child }: Bot): Promise<number> {
  const told = once(child, 'message');
  child.send('cpu');
  return read.parse((await told)[0]).cpu;
}

/** Conversations that the turns belong to, one after the other, so that none waits for another one's. */
const conversations = 256;
let count = 0;

async function talk({ url, variant }: Bot, turns: number, concurrency: number): Promise<void> {
  await closedLoop(turns, concurrency, async () => {
    count += 1;
    const id = `conversation-${count % conversations}`;
    const channel = isFinished(variant)
      ? { channelId: 'genesys', channelData: { genesys: { conversationId: id, route: 'guest' } } }
      : { channelId: 'emulator' };
    const response = await fetch(`${url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...asGateway },
      body: JSON.stringify({
        type: 'message',
        id: `activity-${count}`,
        ...channel,
        deliveryMode: 'expectReplies',
        conversation: { id },
        from: { id: 'user' },
        recipient: { id: 'bot' },
        text: 'Where is my order 12345?',
        locale: 'en-US',
      }),
    });
    (isFinished(variant) ? emptyAnswer : answer).parse(await response.json());
  });
}

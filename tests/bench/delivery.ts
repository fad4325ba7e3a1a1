import { randomUUID } from 'node:crypto';
import { type BarePost, barePost } from './barePost.ts';
import { closedLoop } from './closedLoop.ts';
import { cpuMicros, median, medianRatio, percentile, printLine } from './figures.ts';
import { Flags } from './flags.ts';
import { bigTemplate, cardNames, registryWith, requestMaker } from './requests.ts';
import { openSender, routesTo, type Sender } from './sender.ts';
import { openTarget } from './target.ts';
import { openWebhook } from './webhook.ts';

/** The figures of one side at one concurrency, a value for each round. */
class Series {
  readonly cardsPerSecond: number[] = [];
  readonly cpuMs: number[] = [];
  readonly #latencies: number[] = [];
  maxSockets = 0;

  /** Sends `cards` and notes how it went; `drain` counts as CPU but not as time. */
  async measure(
    cards: number,
    concurrency: number,
    send: () => Promise<void>,
    drain: () => Promise<void>,
  ): Promise<void> {
    const sockets = setInterval(() => {
      const open = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
      this.maxSockets = Math.max(this.maxSockets, open);
    }, 50);
    const cpu = cpuMicros();
    const began = performance.now();
    await closedLoop(cards, concurrency, async () => {
      const at = performance.now();
      await send();
      this.#latencies.push(performance.now() - at);
    });
    this.cardsPerSecond.push((cards * 1_000) / (performance.now() - began));
    await drain();
    this.cpuMs.push(cpuMicros(cpu) / 1_000 / cards);
    clearInterval(sockets);
  }

  latency(share: number): number {
    return percentile(Float64Array.from(this.#latencies).sort(), share);
  }

  /** The figures under the names that scripts know. */
  figures() {
    return {
      cards_per_s: Math.round(median(this.cardsPerSecond)),
      cpu_ms_per_card: median(this.cpuMs),
      p50_ms: this.latency(0.5),
      p95_ms: this.latency(0.95),
      p99_ms: this.latency(0.99),
      max_rss_mib: Math.round(process.resourceUsage().maxRSS / 1_024),
    };
  }
}

/** Sends cards to a target, and beside it the same bytes with nothing around them. */
export async function run(args: string[]): Promise<void> {
  const texts = ['target', 'webhook', 'card', 'cards', 'concurrency', 'latency', 'warm-up', 'rounds', 'side'];
  const flags = new Flags(args, [...texts, 'client-id', 'client-secret'], ['fresh', 'shows-repeats']);
  const card = flags.choice('card', cardNames);
  const rounds = flags.count('rounds', 5);
  const perRound = Math.ceil(flags.count('cards', 20_000) / rounds);
  const concurrencies = flags.counts('concurrency', 64);
  const warmUp = flags.count('warm-up', 3_000, 0);
  const latencyMs = flags.count('latency', 0, 0);
  const isBoth = flags.choice('side', ['both', 'project']) === 'both';

  const target = await openTarget({
    url: flags.url('target'),
    clientId: flags.text('client-id'),
    clientSecret: flags.text('client-secret'),
    latencyMs,
  });
  const registry = registryWith(bigTemplate());
  const { routes, close } = routesTo(target, !flags.isOn('shows-repeats'));
  const webhook = await openWebhook(flags);
  const sender = await openSender({ registry, routes, webhook: webhook.url });
  const bare = isBoth ? await barePost(target, 64) : undefined;
  try {
    const nextRequest = requestMaker(card, flags.isOn('fresh'));
    const sendCard = () => sender.send(nextRequest());
    const sendBytes = bare && bareSide(bare, registry.compose(nextRequest())[0]?.json ?? '');
    const nothing = () => Promise.resolve();
    await closedLoop(warmUp, Math.max(...concurrencies), sendCard);
    if (sendBytes) await closedLoop(warmUp, Math.max(...concurrencies), sendBytes);
    await sender.drain();

    const common = { bench: 'delivery', card, cards: perRound * rounds };
    const project = concurrencies.map(() => new Series());
    const beside = concurrencies.map(() => new Series());
    const before = { ...sender.commits };
    for (let round = 0; round < rounds; round += 1) {
      for (const [i, concurrency] of concurrencies.entries()) {
        await project[i]?.measure(perRound, concurrency, sendCard, () => sender.drain());
        if (sendBytes) await beside[i]?.measure(perRound, concurrency, sendBytes, nothing);
      }
    }

    for (const [i, concurrency] of concurrencies.entries()) {
      const [mine, theirs] = [project[i] ?? new Series(), beside[i] ?? new Series()];
      printLine({ ...common, concurrency, ...mine.figures(), max_sockets: mine.maxSockets });
      if (!isBoth) continue;
      printLine({ ...common, concurrency, side: 'bare', ...theirs.figures() });
      printLine({
        ...common,
        concurrency,
        side: 'ratio',
        cpu: medianRatio(mine.cpuMs, theirs.cpuMs),
        cards_per_s: medianRatio(mine.cardsPerSecond, theirs.cardsPerSecond),
        p50: mine.latency(0.5) / theirs.latency(0.5),
        ...(latencyMs === 0
          ? {}
          : { of_latency_limit: median(mine.cardsPerSecond) / ((concurrency * 1_000) / latencyMs) }),
      });
    }
    const [first, last] = [project[0], project.at(-1)];
    if (first !== undefined && last !== undefined && concurrencies.length > 1) {
      printLine({ ...common, concurrencies, side: 'growth', cpu: medianRatio(last.cpuMs, first.cpuMs) });
    }
    printLine({ ...common, side: 'safety', ...safety(sender, before), ...(await target.counts()) });
  } finally {
    bare?.close();
    await sender.close();
    webhook.close();
    close();
    await target.close();
  }
}

/** The bytes of a composed card with a new messageId each time, so that no server takes one for a repeat. */
function bareSide(bare: BarePost, json: string): () => Promise<void> {
  const rest = json.slice(json.indexOf(','));
  let count = 0;
  return () => {
    count += 1;
    const conversationId = `bare-${count % 4_096}`;
    return bare.send(
      `{"conversationId":"${conversationId}","message":{"type":"webchat","card":{"messageId":"${randomUUID()}"${rest}}}`,
    );
  };
}

/** What makes the speed an honest one: how often the store synced, and what stands in its audit log. */
function safety(sender: Sender, before: Sender['commits']) {
  const commits = sender.commits.commits - before.commits;
  const writes = sender.commits.writes - before.writes;
  return { commits_per_write: commits / writes, audit_entries: sender.auditEntries(), events: sender.events };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { aftermath } from './aftermath.ts';
import { readArguments } from './arguments.ts';
import type { Figure } from './figure.ts';
import { startRelay } from './relay.ts';
import { numberedCards, submitAtPace, untilIdle } from './sendCards.ts';
import { onStage } from './stage.ts';
import { mostWithin, perSecond } from './timeline.ts';

const cardsPerSecond = 100;
/** Cards sent at once at first: a process that was never busy has a small heap, which the first rush of any kind makes grow. */
const warmUpCards = 3_000;
/** How long the receiver is there before and after the outage, in seconds. */
const before = 10;
const after = 20;
/** The product's interval of probes, in milliseconds. */
const probeEveryMs = 2_000;

/** After this long in milliseconds the cards that were on the wire have come to their end, and the circuit is open. */
const settledMs = 3_000;

/**
 * R7: the receiver is away for `--seconds` (60) while 100 cards a second come: half of the time it refuses connections, and half
 * of it they fail in the handshake. The circuit opens, few probes go out, none of them is doubtful, nothing is lost but what was
 * on the wire, and within 5 seconds of its return cards leave as fast as they come.
 *
 * @param dropsRepeats whether the receiver drops repeats; else what was on the wire is held for a person
 */
export function r7(args: readonly string[], dropsRepeats: boolean): Promise<Figure> {
  const { target, seconds, conversations } = readArguments(args, { seconds: 60, conversations: 500 });
  const options = { target, worker: { dropsRepeats }, faults: { dedupe: dropsRepeats } };
  return onStage(options, async (stage) => {
    const { front, worker } = stage;
    const relay = await startRelay(front.url);
    const attempts: number[] = [];
    const doubtful: number[] = [];
    const accepted: number[] = [];
    const held: number[] = [];
    worker.on('attempt', (_messageId, result) => {
      attempts.push(performance.now());
      if (result === 'unknown') doubtful.push(performance.now());
    });
    worker.on('settled', (_messageId, _conversationId, outcome) => {
      if (outcome === 'accepted') accepted.push(performance.now());
    });
    const watch = setInterval(
      async () => held.push((await worker.report('collectedReport'))?.heldMiB ?? 0),
      1_000,
    );
    try {
      await worker.start({ url: relay.url });
      const dealt = numberedCards(stage.run, (before + seconds + after) * cardsPerSecond, conversations);
      const warmUp = numberedCards(`${stage.run}-0`, warmUpCards, conversations);
      await submitAtPace(worker, warmUp, Number.POSITIVE_INFINITY);
      await untilIdle(worker);
      const stored = submitAtPace(worker, dealt, cardsPerSecond);
      await sleep(before * 1_000);
      const calm = held.splice(0).at(-1) ?? 0;
      await relay.goDown();
      const down = performance.now();
      await sleep(seconds * 500);
      front.goDown();
      await relay.comeUp();
      await sleep(seconds * 500);
      const up = performance.now();
      front.comeUp();
      const refused = await stored;
      await untilIdle(worker);
      await worker.end('SIGTERM');

      const { figures, isSound } = await aftermath(stage, [...warmUp, ...dealt].flat());
      const probes = mostWithin(
        attempts.filter((at) => at > down + settledMs && at < up),
        probeEveryMs,
      );
      const recovery = perSecond(accepted, up).findIndex((count) => count >= cardsPerSecond) + 1;
      const doubtfulProbes = doubtful.filter((at) => at > down + settledMs).length;
      const grownMiB = Math.round((Math.max(...held) - calm) * 10) / 10;
      return {
        fault: dropsRepeats ? 'r7' : 'r7-hold',
        ...figures,
        kills: 0,
        refused: refused.size,
        secondsDown: seconds,
        attemptsBeforeOpen: attempts.filter((at) => at > down && at <= down + settledMs).length,
        failedConnections: front.failed,
        doubtfulProbes,
        probesPerInterval: probes,
        secondsToFullRate: recovery,
        memoryGrownMiB: grownMiB,
        ok:
          isSound &&
          refused.size === 0 &&
          figures.lost <= (figures.finals.unknown ?? 0) &&
          doubtfulProbes === 0 &&
          front.failed > 0 &&
          (figures.twice ?? 0) === 0 &&
          probes <= 2 &&
          recovery > 0 &&
          recovery <= 5 &&
          grownMiB <= 50,
      };
    } finally {
      clearInterval(watch);
      await worker.end('SIGKILL');
      await relay.close();
    }
  });
}

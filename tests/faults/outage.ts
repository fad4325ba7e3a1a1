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

/**
 * R7: the receiver is away for `--seconds` (60) while 100 cards a second come: the circuit opens, few probes go out, nothing
 * is lost, and within 5 seconds of its return cards leave as fast as they come.
 */
export function r7(args: readonly string[]): Promise<Figure> {
  const { target, seconds, conversations } = readArguments(args, { seconds: 60, conversations: 500 });
  return onStage({ target }, async (stage) => {
    const relay = await startRelay(stage.target.url);
    const { worker } = stage;
    const attempts: number[] = [];
    const accepted: number[] = [];
    const held: number[] = [];
    worker.on('attempt', () => attempts.push(performance.now()));
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
      await sleep(seconds * 1_000);
      const up = performance.now();
      await relay.comeUp();
      const refused = await stored;
      await untilIdle(worker);
      await worker.end('SIGTERM');

      const { figures, isSound } = await aftermath(stage, [...warmUp, ...dealt].flat());
      const probes = mostWithin(
        attempts.filter((at) => at > down + 3_000 && at < up),
        probeEveryMs,
      );
      const recovery = perSecond(accepted, up).findIndex((count) => count >= cardsPerSecond) + 1;
      const grownMiB = Math.round((Math.max(...held) - calm) * 10) / 10;
      return {
        fault: 'r7',
        ...figures,
        kills: 0,
        refused: refused.size,
        secondsDown: seconds,
        attemptsBeforeOpen: attempts.filter((at) => at > down && at <= down + 3_000).length,
        probesPerInterval: probes,
        secondsToFullRate: recovery,
        memoryGrownMiB: grownMiB,
        ok:
          isSound &&
          refused.size === 0 &&
          figures.lost === 0 &&
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

import { setTimeout as sleep } from 'node:timers/promises';
import { aftermath } from './aftermath.ts';
import { readArguments } from './arguments.ts';
import type { Figure } from './figure.ts';
import { numberedCards, submitAtPace, untilIdle } from './sendCards.ts';
import { onStage } from './stage.ts';
import { mostWithin } from './timeline.ts';
import type { NumberedCard } from './workerProtocol.ts';

const perMinute = 300;
const cardsPerSecond = 50;
const maxWaiting = 1_000;
/** After this time every conversation has cards waiting: only then does it matter whose turn it is. */
const fillMs = 20_000;

/**
 * R8: for `--seconds` (60) cards come ten times as fast as Genesys lets them through, half of them in one conversation: the
 * rate stays within the limit in any minute, the queue within its bound, and the conversations get their turns alike.
 */
export function r8(args: readonly string[]): Promise<Figure> {
  const { target, seconds, conversations } = readArguments(args, { seconds: 60, conversations: 50 });
  const options = {
    target,
    faults: { requestsPerMinute: perMinute },
    worker: { requestsPerMinute: perMinute, maxWaiting },
  };
  return onStage(options, async (stage) => {
    const { worker, target, run } = stage;
    const attempts: number[] = [];
    const served = new Map<string, number>();
    worker.on('attempt', () => attempts.push(performance.now()));
    let began = Number.POSITIVE_INFINITY;
    worker.on('settled', (_messageId, conversationId) => {
      if (performance.now() < began + fillMs) return;
      served.set(conversationId, (served.get(conversationId) ?? 0) + 1);
    });
    let deepest = 0;
    const watch = setInterval(async () => {
      deepest = Math.max(deepest, (await worker.report())?.depth ?? 0);
    }, 500);
    try {
      await worker.start();
      began = performance.now();
      const cards = seconds * cardsPerSecond;
      const dealt = withOneTalkative(numberedCards(run, cards, conversations));
      const refused = await submitAtPace(worker, dealt, cardsPerSecond);
      await sleep(20_000);
      const answers = (await target.shown())?.statuses ?? {};
      const tooFast = answers['429'] ?? 0;
      const turns = [...served.values()];
      const [least, most] = [Math.min(...turns), Math.max(...turns)];
      const inAnyMinute = mostWithin(attempts, 60_000);
      const attempted = attempts.length;
      // What was stored is delivered, too: by the next process, at a receiver without a limit.
      await worker.end('SIGTERM');
      await target.setFaults({});
      await worker.start({ requestsPerMinute: 1_000_000 });
      await untilIdle(worker);
      await worker.end('SIGTERM');
      const sent = dealt.flat().filter((card) => !refused.has(card));
      const { figures, isSound } = await aftermath(stage, sent);
      return {
        fault: 'r8',
        ...figures,
        answers,
        asked: cards,
        refused: refused.size,
        conversations: dealt.length,
        kills: 0,
        inAnyMinute,
        limit: perMinute,
        deepest,
        bound: maxWaiting,
        leastTurns: least,
        mostTurns: most,
        ok:
          isSound &&
          figures.lost === 0 &&
          (figures.twice ?? 0) === 0 &&
          inAnyMinute <= perMinute &&
          tooFast <= attempted / 100 &&
          deepest <= maxWaiting &&
          refused.size > 0 &&
          served.size === dealt.length &&
          most - least <= 1,
      };
    } finally {
      clearInterval(watch);
    }
  });
}

/** Gives every second card to the first conversation: it must not take the turns of the others. */
function withOneTalkative(dealt: readonly NumberedCard[][]): NumberedCard[][] {
  const [first = [], ...others] = dealt;
  const [talkative] = first;
  if (talkative === undefined) return [...dealt];
  const moved = [...first];
  const kept = others.map((cards) => {
    const half = Math.ceil(cards.length / 2);
    for (const { messageId } of cards.slice(half)) {
      moved.push({ messageId, conversationId: talkative.conversationId, sequence: moved.length + 1 });
    }
    return cards.slice(0, half);
  });
  return [moved, ...kept];
}

import { aftermath } from './aftermath.ts';
import { readArguments } from './arguments.ts';
import type { Figure } from './figure.ts';
import { numberedCards, submitAtPace, untilIdle } from './sendCards.ts';
import { onStage } from './stage.ts';

const cardsPerSecond = 100;

/**
 * R16: while a process delivers, others on the same store refuse to start and say whose it is; when it is killed, the next one
 * takes over at once. No card is shown twice.
 */
export function r16(args: readonly string[]): Promise<Figure> {
  const { target, cards, conversations, kills } = readArguments(args, {
    cards: 1_000,
    conversations: 50,
    kills: 5,
  });
  return onStage({ target, faults: { latencyMs: 50 } }, async (stage) => {
    const { worker } = stage;
    const second = stage.anotherWorker();
    let refusals = 0;
    let takeOvers = 0;
    const sent = [];
    try {
      for (let round = 0; round < kills; round += 1) {
        const dealt = numberedCards(`${stage.run}-${round}`, Math.ceil(cards / kills), conversations);
        sent.push(...dealt.flat());
        await worker.start();
        const submitting = submitAtPace(worker, dealt, cardsPerSecond);
        const refusal = await second.start().then(
          () => 'it started',
          (error: Error) => error.message,
        );
        if (refusal.includes(`(pid ${worker.pid})`)) refusals += 1;
        await submitting;
        await worker.end('SIGKILL');
        await second.end('SIGKILL');
        await second.start();
        takeOvers += 1;
        await untilIdle(second);
        await second.end('SIGTERM');
      }
      const { figures, isSound } = await aftermath(stage, sent);
      return {
        fault: 'r16',
        ...figures,
        kills,
        refusals,
        takeOvers,
        ok:
          isSound &&
          figures.lost === 0 &&
          (figures.twice ?? 0) === 0 &&
          refusals === kills &&
          takeOvers === kills,
      };
    } finally {
      await second.end('SIGKILL');
    }
  });
}

import { aftermath } from './aftermath.ts';
import { readArguments } from './arguments.ts';
import type { Figure } from './figure.ts';
import { numberedCards, submitAtPace, untilIdle } from './sendCards.ts';
import { onStage } from './stage.ts';

/**
 * Connections fail before a request is written: reset, ended or hung in the handshake, a certificate not yet valid. Whatever the
 * receiver does with repeats, no card is doubtful, and each is shown once.
 *
 * @param dropsRepeats whether the receiver drops repeats
 */
export function before(args: readonly string[], dropsRepeats: boolean): Promise<Figure> {
  const { target, cards, conversations } = readArguments(args, { cards: 2_000, conversations: 100 });
  const options = { target, worker: { dropsRepeats }, faults: { dedupe: dropsRepeats }, isBehindFront: true };
  return onStage(options, async (stage) => {
    const { front, worker } = stage;
    front.failNext(conversations);
    await worker.start();
    const dealt = numberedCards(stage.run, cards, conversations);
    await submitAtPace(worker, dealt, Number.POSITIVE_INFINITY);
    await untilIdle(worker);
    await worker.end('SIGTERM');
    const { figures, isSound } = await aftermath(stage, dealt.flat());
    return {
      fault: dropsRepeats ? 'before' : 'before-hold',
      ...figures,
      kills: 0,
      failedConnections: front.failed,
      ok:
        isSound &&
        figures.lost === 0 &&
        (figures.twice ?? 0) === 0 &&
        figures.doubtful === 0 &&
        figures.finals.accepted === cards &&
        front.failed > 0,
    };
  });
}

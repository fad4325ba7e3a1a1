import { setTimeout as sleep } from 'node:timers/promises';
import { aftermath } from './aftermath.ts';
import { readArguments } from './arguments.ts';
import { cutLog } from './cutLog.ts';
import type { Figure } from './figure.ts';
import { numberedCards, seedRandom, untilIdle } from './sendCards.ts';
import { onStage } from './stage.ts';
import { NotStored, type WorkerProcess } from './workerProcess.ts';
import { type NumberedCard, points, type WorkerOptions } from './workerProtocol.ts';

/** Where a life of the worker ends: at a point of a card's way, or at any moment while SQLite moves its log. */
const ends = [...points, 'checkpoint'] as const;
type End = (typeof ends)[number];

/** Cards of one life; the point at which it ends is passed for at most the tenth time. */
const cardsOfLife = 20;
const conversationsOfLife = 5;

/**
 * R3: the worker dies `--kills` (200) times on one store, in turn at each point of a card's way; then its log is cut at every
 * byte of its last record. It always starts again, and no card that it had acknowledged is lost.
 *
 * @param cutEvery cut the log at every n-th byte only; default 1
 */
export function r3(args: readonly string[], cutEvery = 1): Promise<Figure> {
  const { target, kills, seed } = readArguments(args, { kills: 200, seed: 1 });
  const random = seedRandom(seed);
  return onStage({ target }, async (stage) => {
    const { worker, run } = stage;
    const killsAt: Partial<Record<End, number>> = {};
    const sent: NumberedCard[] = [];
    let startFailures = 0;
    const start = (more: Partial<WorkerOptions> = {}) =>
      worker.start(more).catch((error: unknown) => {
        startFailures += 1;
        throw error;
      });
    let left: NumberedCard[][] = [];
    for (let life = 0; life < kills; life += 1) {
      const end = ends[life % ends.length] ?? 'checkpoint';
      const cards = numberedCards(`${run}-${life}`, cardsOfLife, conversationsOfLife);
      sent.push(...cards.flat());
      await start(deathAt(end, 1 + Math.floor(random() * 10)));
      const submitted = Promise.all([...left, ...cards].map((own) => submitWhileAlive(worker, own)));
      if (end === 'checkpoint') {
        await sleep(random() * 40);
        await worker.end('SIGKILL');
      }
      await worker.ended();
      left = (await submitted).filter((own) => own.length > 0);
      killsAt[end] = (killsAt[end] ?? 0) + 1;
    }
    await start();
    await Promise.all(left.map((own) => submitWhileAlive(worker, own)));
    await untilIdle(worker);
    await worker.end('SIGTERM');
    const { figures, isSound } = await aftermath(stage, sent);
    const cuts = await cutLog(cutEvery);
    return {
      fault: 'r3',
      ...figures,
      kills,
      killsAt,
      startFailures,
      ...cuts,
      ok:
        isSound &&
        startFailures === 0 &&
        figures.lost === 0 &&
        (figures.twice ?? 0) === 0 &&
        cuts.cutFailures === 0 &&
        cuts.unwarned === 0,
    };
  });
}

function deathAt(end: End, nth: number): Partial<WorkerOptions> {
  // A checkpoint after each page: almost any moment lies in one.
  return end === 'checkpoint' ? { checkpointPages: 1 } : { dieAt: { point: end, nth } };
}

/** Submits a conversation's cards in their order until the worker dies; gives those that it did not acknowledge. */
async function submitWhileAlive(
  worker: WorkerProcess,
  cards: readonly NumberedCard[],
): Promise<NumberedCard[]> {
  for (const [i, card] of cards.entries()) {
    try {
      await worker.submit(card);
    } catch (error) {
      if (error instanceof NotStored && error.code === 'gone') return cards.slice(i);
      throw error;
    }
  }
  return [];
}

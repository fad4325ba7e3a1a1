import { setTimeout as sleep } from 'node:timers/promises';
import { NotStored, type WorkerProcess } from './workerProcess.ts';
import type { NumberedCard } from './workerProtocol.ts';

/** How cards are sent through a worker that is killed again and again. */
export interface SendOptions {
  worker: WorkerProcess;
  /** The cards of each conversation, in their order. */
  conversations: readonly (readonly NumberedCard[])[];
  /** How often the worker is killed, at moments spread at random over the deliveries. */
  kills: number;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Cards that wait in the worker at once, so that cards come and go until the end; default 500. */
  atOnce?: number;
}

/**
 * Sends every card, again when the worker died before it said that the card is stored, and waits until the worker has
 * nothing left to do. Each conversation asks for its next card when the one before is stored, as turns of a dialog do.
 *
 * @returns how often the worker was killed
 */
export async function sendCards({
  worker,
  conversations,
  kills,
  random,
  atOnce = 500,
}: SendOptions): Promise<number> {
  const total = conversations.reduce((sum, cards) => sum + cards.length, 0);
  const killAt = Array.from({ length: kills }, () => total * (0.05 + 0.85 * random())).sort((a, b) => a - b);
  let depth = 0;
  let settled = 0;
  let killed = 0;
  let changed = Promise.withResolvers<void>();
  const setDepth = (now: number) => {
    depth = now;
    changed.resolve();
    changed = Promise.withResolvers();
  };
  let restarted = worker.start();
  worker.on('settled', () => {
    setDepth(depth - 1);
    settled += 1;
    const next = killAt[killed];
    if (next === undefined || settled < next || worker.pid === undefined) return;
    killed += 1;
    restarted = restart();
  });
  const restart = async () => {
    await sleep(random() * 20);
    await worker.end('SIGKILL');
    await worker.start();
    setDepth((await worker.report())?.depth ?? 0);
  };

  const converse = async (cards: readonly NumberedCard[]) => {
    for (const card of cards) {
      while (depth >= atOnce) await changed.promise;
      await submitUntilStored(worker, card, () => restarted);
      depth += 1;
    }
  };
  await restarted;
  await Promise.all(conversations.map(converse));
  await untilIdle(worker, () => restarted);
  return killed;
}

/** Submits a card, again when the worker was killed or too many cards wait, until it is stored. */
async function submitUntilStored(
  worker: WorkerProcess,
  card: NumberedCard,
  ready: () => Promise<void> = async () => {},
): Promise<void> {
  for (;;) {
    await ready();
    if (worker.pid === undefined) throw new Error('The worker ended by itself.');
    try {
      return await worker.submit(card);
    } catch (error) {
      if (!(error instanceof NotStored)) throw error;
      if (error.code === 'gone') continue;
      if (error.code !== 'store.full') throw error;
      await sleep(100);
    }
  }
}

/** How long a worker may show no progress, in milliseconds: longer than any wait that a fault of these tests causes. */
const stuckAfterMs = 120_000;

/**
 * Waits until a worker has no card under way.
 *
 * @throws Error when it makes no progress
 */
export async function untilIdle(
  worker: WorkerProcess,
  ready: () => Promise<void> = async () => {},
): Promise<void> {
  let last = { depth: 0, at: performance.now() };
  for (;;) {
    await ready();
    if (worker.pid === undefined) throw new Error('The worker ended by itself.');
    const depth = (await worker.report())?.depth;
    if (depth === 0) return;
    if (depth !== undefined && depth !== last.depth) last = { depth, at: performance.now() };
    if (performance.now() - last.at > stuckAfterMs)
      throw new Error(`The worker is stuck with ${last.depth} cards.`);
    await sleep(50);
  }
}

/**
 * Hands cards to a worker at an even pace, each conversation's in order and spread over the whole time, whether or not the
 * ones before are stored.
 *
 * @returns those that were refused because too many wait
 */
export async function submitAtPace(
  worker: WorkerProcess,
  conversations: readonly (readonly NumberedCard[])[],
  cardsPerSecond: number,
): Promise<ReadonlySet<NumberedCard>> {
  const places = conversations.flatMap((cards) =>
    cards.map((card, i) => ({ card, place: (i + 0.5) / cards.length })),
  );
  places.sort((a, b) => a.place - b.place);
  const began = performance.now();
  const refused = new Set<NumberedCard>();
  const answers: Promise<void>[] = [];
  for (const [i, { card }] of places.entries()) {
    const early = began + (i * 1_000) / cardsPerSecond - performance.now();
    if (early > 1) await sleep(early);
    const answer = worker.submit(card).catch((error: unknown) => {
      if (!(error instanceof NotStored) || error.code !== 'store.full') throw error;
      refused.add(card);
    });
    answers.push(answer);
  }
  await Promise.all(answers);
  return refused;
}

/** Cards for a run: `cards` of them, dealt in turn to the conversations, each numbered in its own. */
export function numberedCards(run: string, cards: number, conversations: number): NumberedCard[][] {
  const dealt: NumberedCard[][] = Array.from({ length: Math.min(cards, conversations) }, () => []);
  for (let i = 0; i < cards; i += 1) {
    const conversation = dealt[i % dealt.length];
    conversation?.push({
      messageId: `${run}-${i}`,
      conversationId: `${run}-c${i % dealt.length}`,
      sequence: conversation.length + 1,
    });
  }
  return dealt;
}

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function seedRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

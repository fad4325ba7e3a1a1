import { type Aftermath, aftermath } from './aftermath.ts';
import { type FaultDefaults, readArguments } from './arguments.ts';
import type { Figure } from './figure.ts';
import { numberedCards, seedRandom, sendCards } from './sendCards.ts';
import { onStage } from './stage.ts';
import type { WorkerOptions } from './workerProtocol.ts';

/** Everything that the table of R1 asks for; the sandbox gives two thirds of the 5xx as 500 and a third as 503. */
export const stormFaults = {
  rate429: 0.05,
  retryAfterSeconds: 1,
  retryAfterAs: 'mixed',
  rate5xx: 0.03,
  rateReset: 0.01,
  rateAmbiguous: 0.01,
  rate401: 0.01,
  rateSlow: 0.005,
  slowMs: 30_000,
  rateBroken: 0.005,
};

const sizes: FaultDefaults = { cards: 10_000, conversations: 500, kills: 10, seed: 1 };

type Mode = Pick<WorkerOptions, 'dropsRepeats' | 'onUnknown'> & Pick<Partial<WorkerOptions>, 'timeoutMs'>;

/** Sends cards through the storm; `faults` replaces some of it, and `failures` connections fail before a request. */
async function storm(
  fault: string,
  args: readonly string[],
  worker: Mode,
  isMet: (after: Aftermath) => boolean,
  faults: object = {},
  failures = 50,
): Promise<Figure> {
  const { target, cards, conversations, kills, seed } = readArguments(args, sizes);
  const options = {
    target,
    worker,
    faults: { ...stormFaults, ...faults, dedupe: worker.dropsRepeats, seed },
    isBehindFront: failures > 0,
  };
  return onStage(options, async (stage) => {
    const dealt = numberedCards(stage.run, cards, conversations);
    stage.front.failNext(failures);
    const began = performance.now();
    const killed = await sendCards({
      worker: stage.worker,
      conversations: dealt,
      kills,
      random: seedRandom(seed),
    });
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    await stage.worker.end('SIGTERM');
    const after = await aftermath(stage, dealt.flat());
    return {
      fault,
      ...after.figures,
      conversations: dealt.length,
      kills: killed,
      failedConnections: stage.front.failed,
      seconds,
      ok: killed === kills && after.isSound && isMet(after) && (failures === 0 || stage.front.failed > 0),
    };
  });
}

/** R1: everything goes wrong and the process is killed, and the receiver drops repeats: each card is shown once, in order. */
export function r1(args: readonly string[]): Promise<Figure> {
  return storm('r1', args, { dropsRepeats: true, onUnknown: 'hold' }, isOnceEach);
}

/** R1 for `npm test`: the same faults with a shorter time limit and no Retry-After, over connections that do not fail, so that it takes seconds. */
export function r1Short(args: readonly string[]): Promise<Figure> {
  const worker = { dropsRepeats: true, onUnknown: 'hold', timeoutMs: 500 } as const;
  return storm('r1', args, worker, isOnceEach, { retryAfterSeconds: 0, slowMs: 5_000 }, 0);
}

/** R2: as R1 where repeats are shown and doubtful cards are sent again: none lost, and each one shown twice was marked. */
export function r2(args: readonly string[]): Promise<Figure> {
  return storm(
    'r2',
    args,
    { dropsRepeats: false, onUnknown: 'resend' },
    ({ figures }) => figures.lost === 0 && (figures.twice ?? 0) <= figures.doubtful,
  );
}

/** R2 as the bot is set by default: doubtful cards are held for the operator, and none is shown twice. */
export function r2Hold(args: readonly string[]): Promise<Figure> {
  return storm(
    'r2-hold',
    args,
    { dropsRepeats: false, onUnknown: 'hold' },
    ({ figures }) => figures.lost <= (figures.finals.unknown ?? 0) && (figures.twice ?? 0) === 0,
  );
}

/** R17: the audit log after R1. */
export async function r17(args: readonly string[]): Promise<Figure> {
  return { ...(await r1(args)), fault: 'r17' };
}

function isOnceEach({ figures }: Aftermath): boolean {
  return figures.lost === 0 && (figures.twice ?? 0) === 0;
}

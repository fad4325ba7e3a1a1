import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../fakes/postgres.ts';
import type { ClusterProcess } from './clusterProcess.ts';
import { NotStored } from './workerProcess.ts';
import type { NumberedCard } from './workerProtocol.ts';

/** What a run is made of. */
export interface Run {
  cluster: readonly ClusterProcess[];
  server: PostgresServer;
  random: () => number;
  /** Shares of all cards (0 to 1) at which, when they are stored, an instance is killed. */
  killAt: readonly number[];
  /** Shares at which the database is restarted: in turn told to stop, and cut off. */
  restartAt: readonly number[];
  /** How long it is away each time. */
  awaySeconds: number;
  /** Cards that are stored and not known to be settled, at most. */
  atOnce: number;
}

/** Hands every card to any instance, again when it was not stored, and lets things go wrong on the way. */
export async function sendAll(run: Run, dealt: readonly NumberedCard[][]) {
  const { cluster, server, random, atOnce } = run;
  const total = dealt.reduce((sum, cards) => sum + cards.length, 0);
  const killAt = [...run.killAt];
  const restartAt = [...run.restartAt];
  const repairs: Promise<void>[] = [];
  let stored = 0;
  let settled = 0;
  let kills = 0;
  let restarts = 0;
  let askedAgain = 0;
  /** Why the run cannot go on. */
  let broken: unknown;
  const repair = (work: Promise<void>) => {
    repairs.push(
      work.catch((error: unknown) => {
        broken ??= error;
      }),
    );
  };
  const any = () => cluster[Math.floor(random() * cluster.length)];
  const restart = async (how: 'fast' | 'kill') => {
    await server.stop?.(how);
    await sleep(run.awaySeconds * 1_000);
    await server.start?.();
    restarts += 1;
  };
  const kill = async () => {
    await sleep(random() * 50);
    const ready = cluster.filter((instance) => instance.isReady);
    const instance = ready[Math.floor(random() * ready.length)];
    if (instance === undefined) return kill();
    kills += 1;
    await instance.end('SIGKILL');
    await startAgain(instance);
  };
  const goWrong = () => {
    while ((killAt[0] ?? 2) <= stored / total) {
      killAt.shift();
      repair(kill());
    }
    while ((restartAt[0] ?? 2) <= stored / total) {
      restartAt.shift();
      repair(restart(restartAt.length % 2 === 0 ? 'kill' : 'fast'));
    }
  };
  for (const instance of cluster) instance.on('settled', () => (settled += 1));
  await Promise.all(cluster.map((instance) => instance.start()));
  const converse = async (cards: readonly NumberedCard[]) => {
    for (const card of cards) {
      // What a killed instance had settled and not told is made up for by time: the bound only spreads the run.
      for (let waited = 0; stored - settled >= atOnce && waited < 5_000; waited += 20) await sleep(20);
      while (!(await isStored(any(), card))) {
        if (broken !== undefined) throw broken;
        askedAgain += 1;
        await sleep(50);
      }
      stored += 1;
      goWrong();
    }
  };
  await Promise.all(dealt.map(converse));
  while (repairs.length > 0) await repairs.pop();
  if (broken !== undefined) throw broken;
  return { kills, restarts, askedAgain };
}

/** As an orchestrator does: an instance that waited in vain for the database ends, and is started anew. */
async function startAgain(instance: ClusterProcess, starts = 5): Promise<void> {
  try {
    await instance.start();
  } catch (error) {
    if (starts === 1) throw error;
    await startAgain(instance, starts - 1);
  }
}

async function isStored(instance: ClusterProcess | undefined, card: NumberedCard): Promise<boolean> {
  try {
    await instance?.submit(card);
    return true;
  } catch (error) {
    if (error instanceof NotStored) return false;
    throw error;
  }
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Front, startFront } from './front.ts';
import { openTarget, type Target } from './target.ts';
import { WorkerProcess } from './workerProcess.ts';
import type { WorkerOptions } from './workerProtocol.ts';

/** What a fault test plays with. */
export interface Stage {
  readonly target: Target;
  /** Stands before the target and can fail connections. */
  readonly front: Front;
  /** Not started yet. */
  readonly worker: WorkerProcess;
  /** A further worker on the same store. */
  anotherWorker(): WorkerProcess;
  /** The worker's store. */
  readonly dataDir: string;
  /** Begins the ids of this run, so that another run on the same target does not meet them. */
  readonly run: string;
}

/** What is asked of a stage. */
export interface StageOptions {
  /** Base address of another stand-in for Genesys; default: the project's sandbox. */
  target: string | undefined;
  /** What goes wrong at the target. */
  faults?: object;
  /** How the worker differs from one whose receiver drops repeats and sets no limit. */
  worker?: Partial<WorkerOptions>;
  /** Whether the worker connects to the front in place of the target; default false. */
  isBehindFront?: boolean;
}

/** Opens a target and makes a worker for it, plays, and leaves nothing behind. */
export async function onStage<T>(options: StageOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  const target = await openTarget(options.target);
  const dataDir = mkdtempSync(join(tmpdir(), 'faults-'));
  const front = await startFront(target.url, dataDir);
  const make = () =>
    new WorkerProcess({
      dataDir,
      url: options.isBehindFront === true ? front.url : target.url,
      caFile: front.caFile,
      clientId: target.clientId,
      clientSecret: target.clientSecret,
      dropsRepeats: true,
      onUnknown: 'hold',
      requestsPerMinute: 1_000_000,
      ...options.worker,
    });
  const worker = make();
  try {
    await target.setFaults(options.faults ?? {});
    return await play({
      target,
      front,
      worker,
      anotherWorker: make,
      dataDir,
      run: randomBytes(3).toString('hex'),
    });
  } finally {
    await worker.end('SIGKILL');
    await front.close();
    await target.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

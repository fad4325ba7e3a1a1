import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { FromWorker, NumberedCard, ToWorker, WorkerOptions, WorkerReport } from './workerProtocol.ts';

/** Why a card was not stored: the worker's error code, or `gone` when the worker died before it answered. */
export class NotStored extends Error {
  override readonly name = 'NotStored';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** What a worker tells while it runs. */
interface WorkerEvents {
  settled: [messageId: string, conversationId: string, outcome: string];
  attempt: [messageId: string, result: string];
  report: [WorkerReport];
  exit: [];
}

/** A worker, which can be killed and started again on the same store. */
export class WorkerProcess extends EventEmitter<WorkerEvents> {
  readonly #options: WorkerOptions;
  readonly #asked = new Map<string, { resolve: () => void; reject: (reason: unknown) => void }>();
  #child: ChildProcess | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    super();
    this.#options = options;
    this.setMaxListeners(0);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the worker unless it runs; resolves when it takes cards.
   *
   * @throws Error with what the worker said when it could not start
   */
  start(more: Partial<WorkerOptions> = {}): Promise<void> {
    if (this.#child === undefined) this.#starting = this.#fork({ ...this.#options, ...more });
    return this.#starting ?? Promise.resolve();
  }

  /** Resolves when the card is stored. @throws NotStored */
  submit(card: NumberedCard): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#child?.connected !== true) {
        reject(new NotStored('gone'));
        return;
      }
      this.#asked.set(card.messageId, { resolve, reject });
      this.#tell({ kind: 'card', card });
    });
  }

  /** The worker's state; undefined when it dies before it answers. */
  async report(kind: 'report' | 'collectedReport' = 'report'): Promise<WorkerReport | undefined> {
    if (this.#child?.connected !== true) return undefined;
    this.#tell({ kind });
    return new Promise((resolve) => {
      const settle = (report?: WorkerReport) => {
        this.off('report', settle);
        this.off('exit', settle);
        resolve(report);
      };
      this.once('report', settle);
      this.once('exit', settle);
    });
  }

  /** Sends a signal; gives the exit code, or the signal that ended the worker. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string | null> {
    const child = this.#child;
    if (child === undefined) return null;
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code, by] = await exit;
    return code ?? by;
  }

  /** Resolves when the worker has ended, by itself or by a signal. */
  async ended(): Promise<void> {
    if (this.#child !== undefined) await once(this, 'exit');
  }

  async #fork(options: WorkerOptions): Promise<void> {
    const child = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(options)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        ...(options.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: options.caFile }),
      },
    });
    this.#child = child;
    const ready = new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'failed') reject(new Error(message.message));
        else this.#hear(message);
      });
      child.once('exit', () => reject(new Error('The worker ended before it was ready.')));
    });
    child.once('exit', () => {
      this.#child = undefined;
      const asked = [...this.#asked.values()];
      this.#asked.clear();
      this.emit('exit');
      for (const { reject } of asked) reject(new NotStored('gone'));
    });
    await ready;
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'settled') {
      this.emit('settled', message.messageId, message.conversationId, message.outcome);
    } else if (message.kind === 'attempt') {
      this.emit('attempt', message.messageId, message.result);
    } else if (message.kind === 'report') {
      this.emit('report', message);
    } else if (message.kind === 'stored' || message.kind === 'refused') {
      const asked = this.#asked.get(message.messageId);
      this.#asked.delete(message.messageId);
      if (message.kind === 'stored') asked?.resolve();
      else asked?.reject(new NotStored(message.code));
    }
  }

  #tell(message: ToWorker): void {
    // A worker that dies at this very moment is noticed by its exit.
    this.#child?.send(message, () => {});
  }
}

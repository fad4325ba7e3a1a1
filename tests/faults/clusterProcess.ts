import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { FromInstance, InstanceOptions, InstanceReport, ToInstance } from './clusterProtocol.ts';
import { NotStored } from './workerProcess.ts';
import type { NumberedCard } from './workerProtocol.ts';

/** What an instance tells while it runs. */
interface InstanceEvents {
  settled: [messageId: string, outcome: string, durationMs: number];
  sent: [at: number];
}

/** An instance of a cluster in a process of its own, which can be killed and started again. */
export class ClusterProcess extends EventEmitter<InstanceEvents> {
  readonly #options: InstanceOptions;
  readonly #asked = new Map<string, PromiseWithResolvers<void>>();
  readonly #reports: PromiseWithResolvers<InstanceReport>[] = [];
  #child: ChildProcess | undefined;
  #ready: Promise<void> = Promise.resolve();
  #isReady = false;

  constructor(options: InstanceOptions) {
    super();
    this.#options = options;
  }

  /** True from when it takes cards until it is told to end. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Starts the instance; resolves when it takes cards. @throws Error with what it said when it could not start */
  start(): Promise<void> {
    this.#ready = this.#fork();
    return this.#ready;
  }

  /** Resolves when the card is stored. @throws NotStored */
  async submit(card: NumberedCard): Promise<void> {
    // One that could not start has ended.
    await this.#ready.catch(() => {});
    const asked = Promise.withResolvers<void>();
    if (this.#child?.connected !== true) throw new NotStored('gone');
    this.#asked.set(card.messageId, asked);
    this.#tell({ kind: 'card', card });
    return asked.promise;
  }

  async report(): Promise<InstanceReport> {
    await this.#ready;
    const report = Promise.withResolvers<InstanceReport>();
    this.#reports.push(report);
    this.#tell({ kind: 'report' });
    return report.promise;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#isReady = false;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  async #fork(): Promise<void> {
    // A second one would take the place of the first, which nobody would ever end.
    if (this.#child !== undefined) throw new Error('The instance runs already.');
    const child = fork(join(import.meta.dirname, 'clusterInstance.ts'), [JSON.stringify(this.#options)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        ...(this.#options.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: this.#options.caFile }),
      },
    });
    this.#child = child;
    const ready = Promise.withResolvers<void>();
    let why = 'The instance ended before it was ready.';
    child.on('message', (message: FromInstance) => {
      if (message.kind === 'ready') ready.resolve();
      else if (message.kind === 'failed') why = message.message;
      else this.#hear(message);
    });
    child.once('exit', () => {
      this.#child = undefined;
      this.#isReady = false;
      const asked = [...this.#asked.values()];
      this.#asked.clear();
      for (const { reject } of asked) reject(new NotStored('gone'));
      ready.reject(new Error(why));
    });
    await ready.promise;
    this.#isReady = true;
  }

  #hear(message: FromInstance): void {
    if (message.kind === 'settled')
      this.emit('settled', message.messageId, message.outcome, message.durationMs);
    else if (message.kind === 'sent') this.emit('sent', message.at);
    else if (message.kind === 'report') this.#reports.shift()?.resolve(message);
    else if (message.kind === 'stored' || message.kind === 'refused') {
      const asked = this.#asked.get(message.messageId);
      this.#asked.delete(message.messageId);
      if (message.kind === 'stored') asked?.resolve();
      else asked?.reject(new NotStored(message.code));
    }
  }

  #tell(message: ToInstance): void {
    // An instance that dies at this very moment is noticed by its exit.
    this.#child?.send(message, () => {});
  }
}

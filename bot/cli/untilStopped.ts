import { once } from 'node:events';

/** Resolves when somebody stops this command: with Ctrl+C, or by SIGTERM. */
export async function waitUntilStopped(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

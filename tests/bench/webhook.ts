import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { Flags } from './flags.ts';

/** Where events go; undefined = nowhere. */
export interface Webhook {
  readonly url: string | undefined;
  close(): void;
}

const begun = z.object({ url: z.string() });

/** Opens what `--webhook` names: an address, `own` for one that is started here, or nothing. */
export async function openWebhook(flags: Flags): Promise<Webhook> {
  if (flags.text('webhook') !== 'own') return { url: flags.url('webhook'), close: () => {} };
  const child = fork(join(import.meta.dirname, 'webhookServer.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [message] = await once(child, 'message');
  return { url: begun.parse(message).url, close: () => child.disconnect() };
}

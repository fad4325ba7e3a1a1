import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** A server that takes cards: where it is, and who we are there. */
export interface Target {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** True for the sandbox that was started here. */
  readonly isOwn: boolean;
  /** Cards that the own sandbox took: different ones, and repeats; undefined for another server. */
  counts(): Promise<{ distinct: number; repeated: number } | undefined>;
  close(): Promise<void>;
}

/** How to open a target. */
export interface TargetOptions {
  /** Another server; default: a sandbox in a process of its own. */
  url?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  /** How long each answer of the own sandbox waits, in milliseconds. */
  latencyMs?: number;
}

const sandboxMain = join(import.meta.dirname, '..', '..', 'sandbox', 'main.ts');
const stats = z.object({ cards: z.object({ distinct: z.number(), repeated: z.number() }) });

/** Opens another server, or starts the sandbox, which then takes cards for any conversation. */
export async function openTarget(options: TargetOptions = {}): Promise<Target> {
  const { clientId = 'sandbox', clientSecret = 'sandbox-secret', latencyMs = 0 } = options;
  const client = { clientId, clientSecret };
  if (options.url !== undefined) {
    const counts = () => Promise.resolve(undefined);
    return { ...client, url: options.url, isOwn: false, counts, close: () => Promise.resolve() };
  }
  const child = spawn(process.execPath, [sandboxMain], {
    env: {
      ...process.env,
      SANDBOX_PORT: '0',
      GENESYS_CLIENT_ID: clientId,
      GENESYS_CLIENT_SECRET: clientSecret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const url = /http:\S+/.exec(String(line))?.[0] ?? '';
  const answer = await fetch(`${url}/sandbox/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ acceptAnyConversation: true, latencyMs }),
  });
  if (!answer.ok) throw new Error(`The sandbox refused its faults with ${answer.status}.`);
  return {
    ...client,
    url,
    isOwn: true,
    counts: async () => stats.parse(await (await fetch(`${url}/sandbox/stats`)).json()).cards,
    close: async () => {
      const closed = once(child, 'exit');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

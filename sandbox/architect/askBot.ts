import { randomUUID } from 'node:crypto';
import fetchWithAgent from 'node-fetch';
import type { Platform } from '../platform/platform.ts';

/** What came of a call to the bot's connector; `body` is undefined when it was empty. */
export type BotAnswer =
  | { kind: 'answer'; status: number; body: unknown }
  | { kind: 'timed out' | 'unreachable' | 'not JSON' | 'too large' };

/** Genesys' `request.bytes.max`. */
const mostBytes = 512_000;

async function readText(body: AsyncIterable<Uint8Array | string> | null): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > mostBytes) return undefined;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function createConnectorHeaders({ connector: { header, secret } }: Platform): Record<string, string> {
  if (secret === undefined) return {};
  return { [header]: header.toLowerCase() === 'authorization' ? `Bearer ${secret}` : secret };
}

/** Calls the bot as Genesys' bot connectors do: with the credential header and a correlation id. */
export async function askBot(
  platform: Platform,
  request: { method: 'GET' | 'POST'; path: string; body?: object; timeoutMs: number },
): Promise<BotAnswer> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  let text: string | undefined;
  let status: number;
  try {
    const url = `${platform.botUrl}${request.path}`;
    const init = {
      method: request.method,
      headers: {
        'ININ-Correlation-Id': randomUUID(),
        ...(request.body ? { 'content-type': 'application/json' } : {}),
        ...createConnectorHeaders(platform),
      },
      ...(request.body ? { body: JSON.stringify(request.body) } : {}),
      redirect: 'manual' as const,
      signal: AbortSignal.any([platform.closing, timeout]),
    };
    // The fetch of Node takes no client certificate.
    const response = url.startsWith('https:')
      ? await fetchWithAgent(url, { ...init, agent: platform.botAgent })
      : await platform.fetch(url, init);
    status = response.status;
    text = await readText(response.body);
  } catch {
    return { kind: timeout.aborted ? 'timed out' : 'unreachable' };
  }
  if (text === undefined) return { kind: 'too large' };
  if (text === '') return { kind: 'answer', status, body: undefined };
  try {
    return { kind: 'answer', status, body: JSON.parse(text) };
  } catch {
    return status === 200 ? { kind: 'not JSON' } : { kind: 'answer', status, body: undefined };
  }
}

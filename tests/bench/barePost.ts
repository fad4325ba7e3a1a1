import { Agent } from 'node:http';
import fetch from 'node-fetch';
import { z } from 'zod';
import type { Target } from './target.ts';

const tokenAnswer = z.object({ access_token: z.string() });

/** Where cards are posted; the document's path. */
const guestPath = '/api/v2/guest/conversations/webchat/messages';

/** The least that sends a card: one POST by node-fetch on a kept-alive connection, and its answer read. */
export interface BarePost {
  send(body: string): Promise<void>;
  close(): void;
}

/** Makes a bare POST with a token of its own, at most `maxSockets` connections. */
export async function barePost(target: Target, maxSockets: number): Promise<BarePost> {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const credentials = Buffer.from(`${target.clientId}:${target.clientSecret}`).toString('base64');
  const answer = await fetch(`${target.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'webchat:guest:write' }),
    agent,
  });
  const { access_token: token } = tokenAnswer.parse(await answer.json());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    send: async (body) => {
      const response = await fetch(target.url + guestPath, { method: 'POST', headers, body, agent });
      await response.text();
      if (!response.ok) throw new Error(`The target answered a bare POST with ${response.status}.`);
    },
    close: () => agent.destroy(),
  };
}

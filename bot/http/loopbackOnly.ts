import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../config/config.ts';

/**
 * Says why a request may not reach a bot that is open to this machine: undefined when it may.
 *
 * A page from elsewhere runs in a browser on this machine, too. It can make its own name lead here (DNS rebinding), which
 * `Host` shows, or post to the address here, which `Origin` shows.
 */
export function explainNotLocal({
  headers: { host, origin },
}: Pick<IncomingMessage, 'headers'>): string | undefined {
  if (host !== undefined && !isLocal(`http://${host}`))
    return 'The bot has no MicrosoftAppId: it answers only to names of this machine, such as localhost.';
  if (origin !== undefined && !isLocal(origin))
    return 'The bot has no MicrosoftAppId: pages of other sites may not call it.';
  return undefined;
}

function isLocal(url: string): boolean {
  const hostname = URL.parse(url)?.hostname ?? '';
  return isLoopback(hostname) || hostname.endsWith('.localhost');
}

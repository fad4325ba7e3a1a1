import { Channels } from 'botbuilder';

const known: ReadonlySet<string> = new Set([...Object.values(Channels), 'agents', 'genesys']);

/** The name of a channel for logs, the audit log and telemetry: a caller can call its channel anything. */
export function channelName(channelId: string): string {
  return known.has(channelId) ? channelId : 'other';
}

import { Channels, type TurnContext } from 'botbuilder';
import { sessionOf } from '../channels/botConnector/turn/sessionOf.ts';

const known: ReadonlySet<string> = new Set([...Object.values(Channels), 'agents', 'genesys']);

/** The name of a channel for logs, the audit log and telemetry: a caller can call its channel anything. */
export function channelName(channelId: string): string {
  return known.has(channelId) ? channelId : 'other';
}

/** The name of the channel of a turn: behind Architect it is `genesys`, whatever channel the bot is told. */
export function channelOf(context: TurnContext): string {
  return sessionOf(context) === undefined ? context.activity.channelId : 'genesys';
}

import type { TurnContext } from '../turns/activity.ts';
import { sessionOf } from '../turns/turnState.ts';

/** The channels of the Bot Framework, and two more. */
const known: ReadonlySet<string> = new Set(
  (
    'alexa console directline directlinespeech email emulator facebook groupme kik line m365extensions msteams omnichannel ' +
    'outlook skype skypeforbusiness slack sms telegram telephony test twilio-sms webchat agents genesys'
  ).split(' '),
);

/** The name of a channel for logs, the audit log and telemetry; `other` for an unknown one, which may be any text. */
export function nameChannel(channelId: string): string {
  return known.has(channelId) ? channelId : 'other';
}

/** The channel of a turn: `genesys` behind Architect, whatever channel the bot sees. */
export function channelOf(context: Pick<TurnContext, 'activity' | 'turnState'>): string {
  return sessionOf(context) === undefined ? context.activity.channelId : 'genesys';
}

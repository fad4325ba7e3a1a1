import { z } from 'zod';
import type { Activity } from '../../../turns/activity.ts';

/** What a bot answers to an invoke. */
const invokeResponse = z.looseObject({ status: z.number(), body: z.unknown() });
/** The body of an answer to `adaptiveCard/action`. */
const cardActionAnswer = z.looseObject({ type: z.string(), value: z.unknown() });

const adaptiveCard = 'application/vnd.microsoft.card.adaptive';
const message = 'application/vnd.microsoft.activity.message';

/** What is to be shown of a bot's answer to an invoke, or why nothing is; neither when it says nothing. */
export function invokeAnswer(value: unknown): { shows?: Activity; problem?: string } {
  const response = invokeResponse.safeParse(value);
  if (!response.success) return {};
  const { status, body } = response.data;
  const answer = cardActionAnswer.safeParse(body);
  const { type, value: content } = answer.success ? answer.data : {};
  if (type === adaptiveCard) {
    return { shows: { type: 'message', attachments: [{ contentType: adaptiveCard, content }] } };
  }
  if (type === message && typeof content === 'string') return { shows: { type: 'message', text: content } };
  if (status >= 400) return { problem: `the bot answered the click with status ${status}` };
  return type === undefined ? {} : { problem: 'left out: an answer to a click that Genesys cannot show' };
}

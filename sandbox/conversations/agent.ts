import type { Platform } from '../platform/platform.ts';
import type { Conversation } from './conversations.ts';

interface Lines {
  first: string;
  again: string;
}

const en: Lines = {
  first:
    'Hello, this is the sandbox instead of a person from your team. In a real org, somebody would answer you now. The sandbox ends the conversation here. "New conversation" starts another one.',
  again: 'The conversation has ended. "New conversation" starts another one.',
};
const de: Lines = {
  first:
    'Guten Tag, hier ist die Sandbox an der Stelle eines Menschen aus Ihrem Team. In einer echten Organisation würde Ihnen nun jemand antworten; hier endet das Spiel. „New conversation“ beginnt ein neues.',
  again: 'Sonst ist niemand hier: Das Spiel ist zu Ende. „New conversation“ beginnt ein neues.',
};

/** From now on the stand-in of a person answers in this conversation, and no longer the bot. */
export function handOver(conversation: Conversation): void {
  conversation.agent ??= { hasSpoken: false };
}

/** The stand-in answers the customer; false when the conversation was not handed over. */
export function answerAsAgent(platform: Platform, conversation: Conversation): boolean {
  const { agent, locale } = conversation;
  if (agent === undefined) return false;
  const lines = locale?.toLowerCase().split('-', 1)[0] === 'de' ? de : en;
  const text = agent.hasSpoken ? lines.again : lines.first;
  agent.hasSpoken = true;
  platform.conversations.add(conversation, { direction: 'Outbound', text });
  return true;
}

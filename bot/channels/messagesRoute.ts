import type { CloudAdapter, TurnContext } from 'botbuilder';
import { LRUCache } from 'lru-cache';
import type { Request, Response } from 'restify';
import type { JsonHandler } from '../httpServer.ts';
import { checkInboundActivity } from './inboundActivity.ts';

/** How long an activity id is remembered: channels send an activity again within minutes. */
const rememberMs = 60 * 60_000;
/** How many ids are remembered. */
const rememberMax = 50_000;

/**
 * Answers `POST /api/messages`: checks the activity, lets the adapter authenticate it and run the turn, and runs the turn of
 * an activity that arrives twice only once.
 *
 * @param isOpen true when the bot runs without an app id
 */
export function messagesRoute(
  adapter: CloudAdapter,
  logic: (context: TurnContext) => Promise<void>,
  isOpen: boolean,
): JsonHandler {
  const turns = new LRUCache<string, true>({ max: rememberMax, ttl: rememberMs });
  const once = async (context: TurnContext): Promise<void> => {
    // Here the caller is authenticated: before that, anybody could mark somebody else's activity as seen.
    const key = activityKey(context);
    if (key !== undefined && turns.has(key)) return;
    if (key !== undefined) turns.set(key, true);
    try {
      await logic(context);
    } catch (error) {
      if (key !== undefined) turns.delete(key);
      throw error;
    }
  };
  return async (body: unknown, request: Request, response: Response) => {
    const activity = checkInboundActivity(body, isOpen);
    await adapter.process({ body: activity, headers: request.headers, method: 'POST' }, response, once);
  };
}

function activityKey({ activity }: TurnContext): string | undefined {
  if (activity.id === undefined || activity.id === '') return undefined;
  return JSON.stringify([activity.channelId, activity.conversation.id, activity.id]);
}

import { isObject } from '../../../../cards/json.ts';
import type { Activity } from '../../../turns/activity.ts';

/**
 * A message that a bot streams: its text comes in typing activities that grow, then as a message. Genesys shows the message
 * alone, so what only the typing activities say is kept for it.
 */
export class Stream {
  /** The newest typing activity of a message that has not come. */
  #open: Activity | undefined;
  #citing: unknown[] = [];

  /** Notes what a typing activity says. */
  note(typing: Activity): void {
    if (streamTypeOf(typing) !== 'streaming') return;
    this.#open = typing;
    const citing = findCitations(typing);
    if (citing.length > 0) this.#citing = citing;
  }

  /** The message with the citations of its stream: the Agents SDK leaves them out of the message itself. */
  end(message: Activity): Activity {
    if (streamTypeOf(message) !== 'final') return message;
    const citing = this.#citing;
    this.#open = undefined;
    this.#citing = [];
    if (citing.length === 0 || findCitations(message).length > 0) return message;
    return { ...message, entities: [...(message.entities ?? []), ...citing] };
  }

  /** What was streamed of a message that has not come: a client that shows streams leaves it on the screen. */
  rest(): Activity | undefined {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? undefined : { ...open, type: 'message' };
  }
}

/** `informative`, `streaming` or `final`; older bots say it in the channel data. */
function streamTypeOf({ entities, channelData }: Activity): unknown {
  const info = Array.isArray(entities)
    ? entities.filter(isObject).find(({ type }) => type === 'streaminfo')
    : undefined;
  return (info ?? (isObject(channelData) ? channelData : {})).streamType;
}

function findCitations({ entities }: Activity): unknown[] {
  return Array.isArray(entities)
    ? entities.filter((one) => isObject(one) && Array.isArray(one.citation))
    : [];
}

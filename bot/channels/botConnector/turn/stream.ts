import { isObject } from '../../../../cards/json.ts';
import type { Activity } from '../../../turns/activity.ts';

/**
 * A message that a bot streams: typing activities hold its growing text, then the message follows. Genesys shows only the message,
 * so this class keeps the parts that only the typing activities have.
 */
export class Stream {
  /** The newest typing activity of an unfinished message. */
  #open: Activity | undefined;
  #citing: unknown[] = [];

  /** Keeps the text and the citations of a typing activity. */
  note(typing: Activity): void {
    if (streamTypeOf(typing) !== 'streaming') return;
    this.#open = typing;
    const citing = findCitations(typing);
    if (citing.length > 0) this.#citing = citing;
  }

  /** Returns the message with the citations of its stream, which the Agents SDK leaves out of the message. */
  end(message: Activity): Activity {
    if (streamTypeOf(message) !== 'final') return message;
    const citing = this.#citing;
    this.#open = undefined;
    this.#citing = [];
    if (citing.length === 0 || findCitations(message).length > 0) return message;
    return { ...message, entities: [...(message.entities ?? []), ...citing] };
  }

  /** Returns the text of an unfinished message as a message: a client that shows streams leaves it on the screen. */
  rest(): Activity | undefined {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? undefined : { ...open, type: 'message' };
  }
}

/** Returns `informative`, `streaming` or `final`; older bots put it into the channel data. */
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

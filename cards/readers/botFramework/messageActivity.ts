import { z } from 'zod';
import { copyPlainly } from '../../checks/plainCopy.ts';
import { CodedError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { anything, list, type NotShown, text } from './readFields.ts';
import { citationsOf } from './sources.ts';

/** The content of a message activity. */
export const messageActivity = z.object({
  type: text,
  text,
  textFormat: text,
  locale: text,
  attachments: list,
  attachmentLayout: text,
  suggestedActions: anything,
  summary: text,
  speak: text,
  /** The citations of all entities. */
  entities: list,
});

/** Content that is not shown. */
export const notShown: NotShown = {
  channelData: 'it is for another channel',
};

const contentKeys = [...Object.keys(messageActivity.shape), ...Object.keys(notShown)];

/** The bytes of a picture or a file in an address: they are not shown, and would take the room of what is. */
const longBytes = /(data:(?!text\/)[\w.+/;=-]{1,200};base64,)[A-Za-z0-9+/=]{100,}/gi;

/** A mark of Markdown, the beginning of a tag, or an empty line; parsing takes longer with each of them. */
const mark = /[*`~<&[\]|]{1,3}|\n\r?\n|(?<![\p{L}\p{N}])_|^[ \t]*(?:[-+>#]|\d{1,9}[.)])(?=[ \t])/gmu;

/**
 * Copies the content out of any value, and counts the marks in its texts. Addresses, ids and times of an activity are not read at all: they may hold dates
 * and functions.
 *
 * @throws CodedError `activity.invalid` for what is no JSON object, `card.limit` for one that is too large.
 */
export function contentOf(activity: unknown): { content: Readonly<Record<string, unknown>>; marks: number } {
  if (!isObject(activity))
    throw new CodedError('activity.invalid', 'An activity is an object.', { path: '$' });
  const picked: Record<string, unknown> = {};
  try {
    for (const key of contentKeys) picked[key] = activity[key];
    picked.entities = citationsOf(picked.entities);
  } catch (cause) {
    throw new CodedError('activity.invalid', 'The activity cannot be read.', { path: '$', cause });
  }
  let marks = 0;
  const copy = copyPlainly(picked, 'activity.invalid', '$', (one) => {
    const text = one.replace(longBytes, '$1');
    marks += text.match(mark)?.length ?? 0;
    return text;
  });
  return { content: isObject(copy) ? copy : {}, marks };
}

import { createHash } from 'node:crypto';
import type { GivenAnswer } from './sessions.ts';
import type { Utterance } from './utterance.ts';

/** How many requests of a session are remembered, and for how many of them the answer is kept. */
const remembered = 20;
const answersKept = 3;

/** What makes a request the same as another: v2's messageId; for v1, which has none, what was said. */
export function repeatKey({ messageId, text, click, files }: Utterance): string {
  if (messageId !== undefined) return `id:${messageId}`;
  const said = JSON.stringify([text, click?.payload, files.map((file) => file.url)]);
  return createHash('sha256').update(said).digest('base64url');
}

/**
 * Finds the answer that a repeated request had.
 *
 * Without a messageId a repeat is the same content within `windowMs` of the answer, unless both requests have correlation
 * ids and these differ: a customer may well say "yes" twice, but a request that is sent again keeps its id.
 */
export function findRepeat(
  given: readonly GivenAnswer[],
  { key, correlationId }: Pick<GivenAnswer, 'key' | 'correlationId'>,
  now: number,
  windowMs: number,
): GivenAnswer | undefined {
  return given.findLast((one) => {
    if (one.key !== key) return false;
    if (key.startsWith('id:')) return true;
    const differs =
      one.correlationId !== undefined && correlationId !== undefined && one.correlationId !== correlationId;
    return !differs && now - one.at <= windowMs;
  });
}

/** Remembers an answer for repeats; of older ones only that they were given. */
export function remember(given: readonly GivenAnswer[], one: GivenAnswer): GivenAnswer[] {
  const all = [...given, one].slice(-remembered);
  return all.map((each, i) => (i < all.length - answersKept ? { ...each, answer: undefined } : each));
}

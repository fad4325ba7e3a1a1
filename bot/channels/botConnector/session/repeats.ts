import { createHmac, hkdfSync } from 'node:crypto';
import type { Utterance } from '../wire/utterance.ts';
import { keepLastMessages } from './bounds.ts';
import type { GivenAnswer } from './sessions.ts';

/** How many requests of a session are remembered, and for how many of them the answer is kept. */
const remembered = 20;
const answersKept = 3;

/** Names what makes two requests the same. */
export type RepeatKey = (utterance: Pick<Utterance, 'messageId' | 'text' | 'click' | 'files'>) => string;

/**
 * Makes the key of a request: v2's messageId; for v1, which has none, a hash of what was said. The hash is keyed,
 * because a reader of the stored sessions could otherwise find short texts by trying them.
 *
 * @param secret instances that share their sessions need the same
 */
export function createRepeatKey(secret: string): RepeatKey {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'bot connector: repeated requests', 32));
  return ({ messageId, text, click, files }) => {
    if (messageId !== undefined) return `id:${messageId}`;
    const said = JSON.stringify([text, click?.payload, files.map((file) => file.url)]);
    return createHmac('sha256', key).update(said).digest('base64url');
  };
}

/**
 * Finds the answer that a repeated request had.
 *
 * Without a messageId a repeat is the same content within `windowMs` of the answer, as long as nothing else was said since:
 * the flow waits for an answer, so a request that it sends again is its last one. Correlation ids, where both requests
 * have them, decide: a customer may well say "yes" twice, but a request that is sent again keeps its id.
 */
export function findRepeat<M>(
  given: readonly GivenAnswer<M>[],
  { key, correlationId }: Pick<GivenAnswer<M>, 'key' | 'correlationId'>,
  now: number,
  windowMs: number,
): GivenAnswer<M> | undefined {
  const last = given.at(-1);
  return given.findLast((one) => {
    if (one.key !== key) return false;
    if (key.startsWith('id:')) return true;
    if (now - one.at > windowMs) return false;
    const hasIds = one.correlationId !== undefined && correlationId !== undefined;
    return hasIds ? one.correlationId === correlationId : one === last;
  });
}

/** Remembers an answer for repeats; of older ones, and of those that are too large together, only that they were given. */
export function remember<M>(given: readonly GivenAnswer<M>[], one: GivenAnswer<M>): GivenAnswer<M>[] {
  const all = [...given, one].slice(-remembered);
  const { kept } = keepLastMessages(all.slice(-answersKept).map(({ answer }) => answer));
  return all.map((each, i) =>
    i < all.length - Math.max(kept.length, 1) ? { ...each, answer: undefined } : each,
  );
}

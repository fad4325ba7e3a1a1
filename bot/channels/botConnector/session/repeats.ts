import { createHmac, hkdfSync } from 'node:crypto';
import type { Utterance } from '../wire/utterance.ts';
import { keepLastMessages } from './bounds.ts';
import type { GivenAnswer } from './sessions.ts';

/** Requests of a session that are remembered, and the number of newest ones whose answer is kept. */
const remembered = 20;
const answersKept = 3;

/** Returns a key that equal requests share. */
export type RepeatKey = (utterance: Pick<Utterance, 'messageId' | 'text' | 'click' | 'files'>) => string;

/**
 * Creates the function of the keys: v2's messageId, or a hash of the content for v1, which has no messageId. The hash is keyed,
 * because a reader of the stored sessions could otherwise guess short texts.
 *
 * @param secret instances that share their sessions need the same secret
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
 * Finds the answer to the first copy of a repeated request.
 *
 * Without a messageId, a repeat has the same content as the last request and arrives within `windowMs` of its answer: a flow waits
 * for an answer, so it can only repeat its last request. When both requests have correlation ids, the ids decide: a customer may say
 * "yes" twice, but a repeated request keeps its id.
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

/** Remembers an answer for repeats. Old answers, and answers over the limit of size, keep their key only. */
export function remember<M>(given: readonly GivenAnswer<M>[], one: GivenAnswer<M>): GivenAnswer<M>[] {
  const all = [...given, one].slice(-remembered);
  const { kept } = keepLastMessages(all.slice(-answersKept).map(({ answer }) => answer));
  return all.map((each, i) =>
    i < all.length - Math.max(kept.length, 1) ? { ...each, answer: undefined } : each,
  );
}

import { CodedError } from '../errors.ts';
import type { Attempt, FinalState } from './outbox.ts';

/** A bug is rarely cured by a repeat: a card is given up after this many in a row. */
const mostFaults = 3;

/** An attempt that an error of our own code ended before anything was sent. */
export const faultBeforeSending: Attempt = {
  result: 'retry',
  code: 'delivery.fault',
  mostInARow: mostFaults,
};

/** An attempt that an error of our own code ended while a route was sending: the card may have arrived. */
export const faultWhileSending: Attempt = { ...faultBeforeSending, result: 'unknown' };

/** Whether the store failed, which passes; anything else that is thrown is a bug. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof CodedError && error.code.startsWith('store.');
}

/** How a card ends whose next step cannot be decided or written, after what its last attempt came to. */
export function endAfterFault(made: Attempt | undefined, isDoubtful: boolean): FinalState {
  if (made?.result === 'accepted' || made?.result === 'rejected') return made.result;
  return isDoubtful ? 'unknown' : 'failed';
}

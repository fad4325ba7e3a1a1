import { type SetTimer, setTimer } from '../../../../cards/delivery/timer.ts';

/** Time as the connector sees it. */
export interface Clock {
  /** Monotonic milliseconds, for what lasts. */
  now(): number;
  /** Wall clock in milliseconds, for what is kept. */
  wall(): number;
  /** Calls back after some milliseconds. */
  after: SetTimer;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: setTimer,
};

import { limits } from '../limits.ts';

/** What is counted while a card is written, so that only a doubtful card has to be read again. */
export interface Tally {
  /** Components so far, through the whole tree. */
  components: number;
  /** True when a list is longer than its limit, or components are nested deeper than theirs. */
  isOverLimit: boolean;
  /** JSON text of the payloads of buttons and quick replies. */
  readonly payloads: string[];
}

/** The tally of a card of which nothing is written yet. */
export function newTally(): Tally {
  return { components: 0, isOverLimit: false, payloads: [] };
}

/** Says whether a limit is passed, or whether two answers may be alike: such a card is read again, and judged exactly. */
export function isDoubtful({ components, isOverLimit, payloads }: Tally): boolean {
  return (
    isOverLimit ||
    components > limits.components.max ||
    payloads.some((payload, i) => payloads.indexOf(payload) < i)
  );
}

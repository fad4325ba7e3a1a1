import type { Json } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';

/** What a binding sees while a card is composed. */
export interface Scope {
  /** The dynamic fields, after their schema filled the defaults. */
  readonly root: Json;
  /** The current element inside `$data`, else the fields. */
  readonly data: Json;
  /** Position of the current element, from 0; undefined outside of `$data`. */
  readonly index: number | undefined;
  /** BCP 47 locale for dates, numbers and currency. */
  readonly locale: string;
  /** The time that relative dates are told from. */
  readonly now: () => Date;
  /** What had to be changed to stay within the limits; shared by all scopes of one card. */
  readonly changes: Change[];
}

/** What an expression gives: undefined when a field on the way is absent. */
export type Value = Json | undefined;

import { defineWish } from '../wish.ts';
import { texts } from './texts.ts';

/** Wants a person now; comes from clicks only. */
export const handoff = defineWish({
  intent: 'handoff',
  endsWith: [],
  texts,
  payloads: {
    handoff: 'hands the conversation over to a person',
  },
});

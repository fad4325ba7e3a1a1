import { defineWish } from '../wish.ts';

/** Wants a person now; comes from clicks only. */
export const handoff = defineWish({
  intent: 'handoff',
  payloads: {
    handoff: 'hands the conversation over to a person',
  },
});

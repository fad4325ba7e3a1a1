import type { Json } from '../json.ts';

/** What a click on our buttons sends back: `activity.value` of the message that follows. */
interface ClickValue {
  payload: string;
  text: string;
}

/** The Adaptive Cards action of a button that answers. */
export function submit(label: string, payload: string): { [key: string]: Json } {
  const value: ClickValue = { payload, text: label };
  return { type: 'Action.Submit', title: label, data: { ...value } };
}

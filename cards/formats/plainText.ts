import type { CheckedCard } from '../checks/checkedCard.ts';

/** Shows a card where only text can be shown: the template's fallback text, else its components line by line. */
export function plainText(checked: CheckedCard): string {
  return checked.text;
}

import { isObject } from '../../../json.ts';
import { limits } from '../../../limits.ts';
import type { Fields } from '../readFields.ts';

/** An input, and the text right before it, which is its label where it has none. */
export interface SurveyedInput {
  readonly field: Fields;
  readonly before: string | undefined;
}

/** Facts about a whole Adaptive Card that the conversion of its elements needs. */
export interface Survey {
  /** The fields to fill in. */
  readonly inputs: readonly Fields[];
  /** The fields that an action sends: those of its own card and of the cards around it. */
  readonly fieldsOf: ReadonlyMap<unknown, readonly SurveyedInput[]>;
  /** Ids of the elements that an Action.ToggleVisibility may show. */
  readonly toggled: ReadonlySet<string>;
  /**
   * The only field of the card, when it is a choice that quick replies can answer, and the only action that sends it. With
   * more fields or more such actions a click could not tell which field it answers.
   */
  readonly choice: { field: Fields; submit: Fields | undefined } | undefined;
}

/** Data of actions may look like anything, and a fallback is only used when it is read. */
const opaque = new Set(['data', 'fallback', 'metadata', 'refresh', 'authentication', 'msteams']);

/** Looks through a card once. */
export function surveyOf(card: unknown): Survey {
  const found: (SurveyedInput & { cards: readonly unknown[] })[] = [];
  const submits: { action: Fields; cards: readonly unknown[] }[] = [];
  const toggled = new Set<string>();
  const walk = (value: unknown, cards: readonly unknown[], before?: string): void => {
    if (Array.isArray(value)) for (const [i, one] of value.entries()) walk(one, cards, textOf(value[i - 1]));
    if (!isObject(value)) return;
    const { type } = value;
    if (typeof type === 'string' && type.startsWith('Input.')) found.push({ field: value, before, cards });
    if (type === 'Action.Submit' || type === 'Action.Execute') submits.push({ action: value, cards });
    if (type === 'Action.ToggleVisibility') addTargets(value.targetElements, toggled);
    const inner = type === 'Action.ShowCard' ? [...cards, value] : cards;
    for (const [key, child] of Object.entries(value)) if (!opaque.has(key)) walk(child, inner);
  };
  walk(card, []);
  const inputs = found.map(({ field }) => field);
  const fieldsOf = new Map(
    submits.map(({ action, cards }) => {
      const sendsNone = String(action.associatedInputs).toLowerCase() === 'none';
      return [
        action,
        sendsNone ? [] : found.filter((one) => one.cards.every((part, i) => cards[i] === part)),
      ];
    }),
  );
  const [field] = inputs;
  const isAnswerable =
    inputs.length === 1 && submits.length <= 1 && field !== undefined && isShortChoice(field);
  const choice = isAnswerable ? { field, submit: submits[0]?.action } : undefined;
  return { inputs, fieldsOf, toggled, choice };
}

function textOf(element: unknown): string | undefined {
  return isObject(element) && element.type === 'TextBlock' && typeof element.text === 'string'
    ? element.text
    : undefined;
}

function isShortChoice({ type, choices, isMultiSelect }: Fields): boolean {
  const count = Array.isArray(choices) ? choices.length : 0;
  return (
    type === 'Input.ChoiceSet' && isMultiSelect !== true && count > 0 && count <= limits.quickReplies.max
  );
}

function addTargets(targets: unknown, toggled: Set<string>): void {
  if (!Array.isArray(targets)) return;
  for (const target of targets) {
    const id: unknown = isObject(target) ? target.elementId : target;
    const onlyHides = isObject(target) && String(target.isVisible).toLowerCase() === 'false';
    if (!onlyHides && typeof id === 'string') toggled.add(id);
  }
}

import type { Line } from './componentModule.ts';
import { type Component, moduleOf } from './componentTypes.ts';

/**
 * Says a component tree in plain text, one thing a line: titles and bodies as they are, facts as `label: value`, pictures
 * by their alternative text, links as `label: address`, other buttons and quick replies as `- label`. A picture that is called
 * as the title before or after it is said once.
 */
export function fallbackText(components: readonly Component[]): string {
  const lines = linesOf(components);
  const isNew = ({ text, isPicture }: Line, i: number): boolean => {
    const previous = lines[i - 1];
    return text !== previous?.text || !(isPicture || previous.isPicture);
  };
  return lines
    .filter(isNew)
    .map(({ text }) => text)
    .join('\n');
}

function linesOf(components: readonly Component[]): Line[] {
  return components.flatMap((component) => moduleOf(component.type).say(component, linesOf));
}

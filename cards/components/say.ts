import type { Said } from './componentModule.ts';
import { type Component, moduleOf } from './componentTypes.ts';

/**
 * The words of components in reading order, one item for each stop of a screen reader.
 *
 * @param path JSON path of their list
 */
export function sayAll(components: readonly Component[], path: string): Said[] {
  return components.flatMap((component, i) => {
    const at = `${path}[${i}]`;
    const said = moduleOf(component.type, at).say(component, sayAll);
    return said.map((one) => ({ ...one, path: at + one.path }));
  });
}

/**
 * Writes components as plain text, one item a line: titles and bodies as they are, facts as `label: value`, pictures
 * by their alternative text, links as `label: address`, other buttons and quick replies as `- label`. A picture whose alternative
 * text equals the title before or after it takes one line with it.
 */
export function writeFallbackText(components: readonly Component[]): string {
  const lines = sayAll(components, '')
    .map(({ role, text, line = text }) => ({ line, isPicture: role === 'Picture' }))
    .filter(({ line }) => line !== '');
  const isNew = ({ line, isPicture }: (typeof lines)[number], i: number): boolean => {
    const previous = lines[i - 1];
    return line !== previous?.line || !(isPicture || previous.isPicture);
  };
  return lines
    .filter(isNew)
    .map(({ line }) => line)
    .join('\n');
}

import type { Said } from './componentModule.ts';
import { type Component, moduleOf } from './componentTypes.ts';

/**
 * What components say, in reading order, as a screen reader reads them stop by stop.
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
 * Says a component tree in plain text, one thing a line: titles and bodies as they are, facts as `label: value`, pictures
 * by their alternative text, links as `label: address`, other buttons and quick replies as `- label`. A picture that is called
 * as the title before or after it is said once.
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

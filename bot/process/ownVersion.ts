import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of this program, as its package.json has it; a built one has its own. */
export function ownVersion(): string {
  const file = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  return String(Object(JSON.parse(file)).version);
}

import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of this program, as the nearest package.json has it. */
export function readOwnVersion(): string {
  const file = findPackageJSON(import.meta.url);
  return file === undefined ? 'unknown' : String(Object(JSON.parse(readFileSync(file, 'utf8'))).version);
}

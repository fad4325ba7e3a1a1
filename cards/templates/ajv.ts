import { createRequire } from 'node:module';
import { lazily } from '../lazily.ts';

/** Ajv, loaded when the first schema of fields is compiled. */
export const loadAjv = lazily((): typeof import('ajv') => createRequire(import.meta.url)('ajv'));

/** The formats of Ajv, such as `date`. */
export const loadAjvFormats = lazily((): typeof import('ajv-formats') =>
  createRequire(import.meta.url)('ajv-formats'),
);

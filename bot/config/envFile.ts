import { existsSync } from 'node:fs';
import { CodedError } from '../../cards/errors.ts';
import { readSystemCode } from '../log/systemCode.ts';

/**
 * Takes the settings of `.env` in the current folder, if there is one; what the environment sets already wins.
 *
 * @throws CodedError `config.invalid` when it cannot be read
 */
export function loadEnvFile(): void {
  if (!existsSync('.env')) return;
  try {
    process.loadEnvFile('.env');
  } catch (cause) {
    throw new CodedError('config.invalid', `The file .env cannot be read (${readSystemCode(cause)}).`, {
      cause,
      hint: 'Write one setting on each line, as in .env.example, or delete the file.',
    });
  }
}

import { CodedError } from '../../cards/errors.ts';
import { systemCode } from '../log/systemCode.ts';

/** Says in words why nothing can listen on a port; `setting` is the name of the setting that gives it. */
export function listenError(error: unknown, setting: string, address: string): CodedError {
  const code = systemCode(error);
  const why =
    code === 'EADDRINUSE'
      ? `${address} is in use by another program`
      : `cannot listen on ${address} (${code})`;
  return new CodedError('config.invalid', `The configuration has 1 problem(s):\n- ${setting}: ${why}`, {
    cause: error,
  });
}

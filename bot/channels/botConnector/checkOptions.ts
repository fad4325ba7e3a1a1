import { CodedError } from '../../../cards/errors.ts';
import { findNodeProblem } from '../../process/nodeProblem.ts';

/**
 * Says at the start that the bot is missing: one in plain JavaScript has no compiler for it.
 *
 * @throws CodedError `config.invalid` when the logic is not a function
 */
export function requireLogic(option: string, logic: unknown, what: string): void {
  if (typeof logic !== 'function') throw createOptionError(option, `is missing: it is ${what}`);
}

/**
 * Says at the start what is wrong with the Node that runs this, or with the other options of a connector.
 *
 * @throws CodedError `config.invalid` for the first one
 */
export function checkOptions(options: object, node = process.versions.node): void {
  const problem = findNodeProblem(node);
  if (problem !== undefined) throw new CodedError('config.invalid', problem, { hint: 'Install Node 24.' });
  const given = new Map(Object.entries(options));
  const storage: unknown = given.get('storage');
  if (!hasMethods(storage, ['read', 'write'])) {
    throw createOptionError(
      'storage',
      "is missing: it is the storage of the bot's state, such as `new MemoryStorage()`",
    );
  }
  const secrets: unknown = given.get('secrets');
  if (!Array.isArray(secrets) || !secrets.every((one) => typeof one === 'string')) {
    throw createOptionError(
      'secrets',
      'must be a list of texts: write `secrets: [process.env.GENESYS_CONNECTOR_SECRET ?? ""]`',
    );
  }
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === 'function');
}

function createOptionError(option: string, what: string): CodedError {
  return new CodedError('config.invalid', `The option \`${option}\` ${what}.`, {
    path: `$.${option}`,
    hint: 'docs/plugin-reference.md shows all options.',
  });
}

import { CodedError } from '../../../cards/errors.ts';

/**
 * Says at the start what is wrong with the options of a connector: a bot in plain JavaScript has no compiler for it.
 *
 * @param logicName how the option with the bot is called
 * @throws CodedError `config.invalid` for the first one
 */
export function checkOptions(options: unknown, logicName: string): void {
  const given =
    typeof options === 'object' && options !== null ? new Map(Object.entries(options)) : new Map();
  const logic: unknown = given.get(logicName);
  if (typeof logic !== 'function') {
    const what =
      logicName === 'agent'
        ? 'an `AgentApplication` or an `ActivityHandler`'
        : "the bot's turn handler, such as `(context) => bot.run(context)`";
    throw wrong(logicName, `is missing: it is ${what}`);
  }
  const storage: unknown = given.get('storage');
  if (!hasMethods(storage, ['read', 'write', 'delete'])) {
    throw wrong('storage', "is missing: it is the storage of the bot's state, such as `new MemoryStorage()`");
  }
  const secrets: unknown = given.get('secrets');
  if (!Array.isArray(secrets) || !secrets.every((one) => typeof one === 'string')) {
    throw wrong(
      'secrets',
      'is no list of texts: write `secrets: [process.env.GENESYS_CONNECTOR_SECRET ?? ""]`',
    );
  }
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === 'function');
}

function wrong(option: string, what: string): CodedError {
  return new CodedError('config.invalid', `The option \`${option}\` ${what}.`, {
    path: `$.${option}`,
    hint: 'docs/plugin.md shows all options.',
  });
}

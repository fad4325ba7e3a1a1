import { createRequire, Module, registerHooks } from 'node:module';

/** The packages that each package of the SDK requires when it is loaded, and uses only for a token, a sign-in or a skill. */
const deferred: Readonly<Record<string, readonly string[]>> = {
  botbuilder: ['axios', 'htmlparser2'],
  'botframework-connector': [
    '@azure/identity',
    '@azure/msal-node',
    'axios',
    'cross-fetch',
    'jsonwebtoken',
    'node-fetch',
  ],
};

/** Packages of the SDK that each bring a copy of zod 3. */
const zodOwners = [
  'botframework-schema',
  'botbuilder-core',
  'botframework-connector',
  'botbuilder',
  'botbuilder-dialogs',
];

/**
 * Loads packages that the Bot Framework SDK rarely needs on their first use instead of at the start, and its zod once instead
 * of five times. Call it before anything loads the SDK: it changes what `require` returns in this process. A package that cannot be
 * found from the module `from` (default: this one) is loaded as usual.
 */
export function deferPackages(from = import.meta.url): void {
  const { resolve } = createRequire(from);
  const requireIn = (owner: string) => createRequire(resolve(owner));
  for (const [owner, names] of Object.entries(deferred))
    for (const name of names) ifFound(() => defer(requireIn(owner), name));
  const [first, ...others] = zodOwners;
  if (first !== undefined)
    for (const other of others) ifFound(() => share('zod', requireIn(first), requireIn(other)));
}

/** Does a step if its packages are found. A package that is missing or broken does not end the start: its first use reports that. */
function ifFound(save: () => void): void {
  try {
    save();
  } catch {
    // Node loads the package as usual.
  }
}

/** Replaces a package by a module that loads it on its first use. */
export function defer(require: NodeJS.Require, name: string): void {
  const path = require.resolve(name);
  if (path in require.cache) return;
  const load = () => {
    if (require.cache[path] === standIn) delete require.cache[path];
    return require(path);
  };
  const standIn = new Module(path);
  standIn.filename = path;
  standIn.loaded = true;
  // A package may be a function or a class. A bound one has no `prototype`, which a proxy could not hide.
  standIn.exports = new Proxy(Object.bind(undefined), {
    // The SDK asks for `__esModule` at once, and then reads `default`, which CommonJS packages need not have.
    get: (_, key) => {
      if (key === '__esModule') return true;
      const exports = load();
      return key === 'default' ? (exports.default ?? exports) : exports[key];
    },
    has: (_, key) => key === '__esModule' || key === 'default' || key in load(),
    // An import copies the properties that a package has.
    ownKeys: () => Reflect.ownKeys(load()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(load(), key);
      return descriptor && { ...descriptor, configurable: true };
    },
    apply: (_, self, args) => Reflect.apply(load(), self, args),
    construct: (_, args) => Reflect.construct(load(), args),
  });
  require.cache[path] = standIn;
}

/** Makes the owners of two `require` share the first one's copy of a package, if both have the same version. */
export function share(name: string, first: NodeJS.Require, second: NodeJS.Require): void {
  const versionIn = (require: NodeJS.Require): unknown => require(`${name}/package.json`).version;
  if (versionIn(first) !== versionIn(second)) return;
  first(name);
  second.cache[second.resolve(name)] = first.cache[first.resolve(name)];
}

/**
 * Loads zod with its English messages alone. The other 50 languages are half of the modules of a short command. Call it before
 * anything else loads zod: later imports share what it loaded.
 */
export async function loadZod(): Promise<void> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === '../locales/index.js' ? '../locales/en.js' : specifier, context),
  });
  await import('zod');
  hooks.deregister();
}

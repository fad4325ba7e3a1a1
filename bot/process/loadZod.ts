import { registerHooks } from 'node:module';

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

import { existsSync } from 'node:fs';
import { findClosest } from '../../cards/closest.ts';
import { CodedError } from '../../cards/errors.ts';
import { readSystemCode } from '../log/errorFields.ts';

/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Loads the settings of `.env` in the current folder, if it exists. Settings of the environment take precedence.
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

/** Names with these beginnings are meant for this bot. */
const ours = /^(GENESYS|CARDS?|ANALYTICS|ORDERS|SANDBOX|GUEST_GATEWAY|OPS|BOTS)_|^MicrosoftApp/i;

/** Shorter names are similar to many others: `PATH` differs from `PORT` in two letters. */
const shortestName = 6;

/** Finds names in the environment that are similar to a setting or begin like one, but are not settings; each with its message. */
export function findUnknownSettings(env: Env, known: readonly string[]): { name: string; message: string }[] {
  const longNames = known.filter((name) => name.length >= shortestName);
  return Object.keys(env)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = name.length < shortestName ? undefined : findClosest(name, longNames);
      if (meant === undefined && !ours.test(name)) return [];
      const question = meant === undefined ? '' : `; did you mean ${meant}?`;
      return [{ name, message: `${name} is not a setting${question}` }];
    });
}

/** The proxies of outgoing calls; see `readProxy`. */
export type ProxyEnvironment = Readonly<Partial<Record<(typeof proxyNames)[number], string>>>;

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const;

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; their names in small letters take precedence. An address without a scheme is an
 * http address.
 */
export function readProxy(env: Env): ProxyEnvironment {
  const entries = proxyNames.flatMap((name): [string, string][] => {
    const value = (env[name.toLowerCase()] ?? env[name])?.trim() ?? '';
    if (value === '') return [];
    return [[name, name === 'NO_PROXY' || value.includes('://') ? value : `http://${value}`]];
  });
  return Object.fromEntries(entries);
}

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

/** A name in the environment that looks like a setting but is not one. */
interface UnknownSetting {
  readonly name: string;
  /** The setting that was meant, if one is close. */
  readonly meant: string | undefined;
}

/** Names with these beginnings are meant for this bot. */
const ours = /^(GENESYS|CARDS?|ANALYTICS|ORDERS|SANDBOX|GUEST_GATEWAY|OPS|BOTS)_|^MicrosoftApp/i;

/** Shorter names are similar to many others: `PATH` differs from `PORT` in two letters. */
const shortestName = 6;

/** Finds names in the environment that are similar to a setting or begin like one, but are not settings. */
export function findUnknownSettings(env: Env, known: readonly string[]): UnknownSetting[] {
  return Object.keys(env)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, meant: meantBy(name, known) }))
    .filter(({ name, meant }) => meant !== undefined || ours.test(name));
}

function meantBy(name: string, known: readonly string[]): string | undefined {
  if (name.length < shortestName) return undefined;
  return findClosest(
    name,
    known.filter((one) => one.length >= shortestName),
  );
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

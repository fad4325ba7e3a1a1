import type { Figure } from './figure.ts';
import { testFiles } from './testFiles.ts';

/** A fault test: what it is called besides its number, what it shows, and how it runs. */
interface Fault {
  readonly alias: string;
  readonly about: string;
  /** Loaded only when it is asked for. */
  readonly run: (args: readonly string[]) => Promise<Figure>;
}

const inTests = (name: string) => async () => testFiles(name);

/** The fault tests by their number. */
export const faults: Readonly<Record<string, Fault>> = {
  r1: {
    alias: 'storm',
    about:
      'every kind of failure and kill -9, the receiver drops repeats  (--cards --conversations --kills --seed)',
    run: async (args) => (await import('./storm.ts')).r1(args),
  },
  r2: {
    alias: 'resend',
    about: 'as r1, repeats are shown, doubtful cards are sent again  (as r1)',
    run: async (args) => (await import('./storm.ts')).r2(args),
  },
  'r2-hold': {
    alias: 'hold',
    about: 'as r1, repeats are shown, doubtful cards are held  (as r1)',
    run: async (args) => (await import('./storm.ts')).r2Hold(args),
  },
  before: {
    alias: 'connections',
    about:
      'connections fail before a request is written, the receiver drops repeats  (--cards --conversations)',
    run: async (args) => (await import('./before.ts')).before(args, true),
  },
  'before-hold': {
    alias: 'connections-hold',
    about: 'the same, repeats are shown: no card is doubtful  (--cards --conversations)',
    run: async (args) => (await import('./before.ts')).before(args, false),
  },
  r3: {
    alias: 'kills',
    about: 'kill -9 at every point of a card’s way, the log cut at every byte  (--kills --seed)',
    run: async (args) => (await import('./kills.ts')).r3(args),
  },
  r4: { alias: 'retry-after', about: 'what Retry-After asks for', run: inTests('r4') },
  r5: { alias: 'back-off', about: 'the spread of the waits, the end of the attempts', run: inTests('r5') },
  r6: { alias: 'token', about: 'a token that ends, a login host that fails', run: inTests('r6') },
  r7: {
    alias: 'outage',
    about: 'the receiver is away while cards come  (--seconds --conversations)',
    run: async (args) => (await import('./outage.ts')).r7(args, true),
  },
  'r7-hold': {
    alias: 'outage-hold',
    about: 'the same, repeats are shown: only what was on the wire is held  (as r7)',
    run: async (args) => (await import('./outage.ts')).r7(args, false),
  },
  r8: {
    alias: 'flood',
    about: 'cards come ten times as fast as the limit  (--seconds --conversations)',
    run: async (args) => (await import('./flood.ts')).r8(args),
  },
  r9: {
    alias: 'stop',
    about: 'SIGTERM, once and twice, to the bot under load and to its npm start  (--cards)',
    run: async (args) => (await import('./stop.ts')).r9(args, true),
  },
  'r9-hold': {
    alias: 'stop-hold',
    about: 'the same, repeats are shown: only what was on the wire is held  (as r9)',
    run: async (args) => (await import('./stop.ts')).r9(args, false),
  },
  r10: { alias: 'poison', about: 'cards that Genesys refuses for good', run: inTests('r10') },
  r11: { alias: 'repeats', about: 'one card submitted many times', run: inTests('r11') },
  r12: { alias: 'disk', about: 'a store that cannot be written', run: inTests('r12') },
  r13: { alias: 'clock', about: 'a clock that jumps', run: inTests('r13') },
  r14: {
    alias: 'soak',
    about: 'a day of load in fast time  (--cards)',
    run: async (args) => (await import('./soak.ts')).r14(args),
  },
  r15: {
    alias: 'receivers',
    about: 'receivers that never end, send too much or redirect',
    run: inTests('r15'),
  },
  r16: {
    alias: 'lock',
    about: 'a second process on the same store  (--cards --kills)',
    run: async (args) => (await import('./secondProcess.ts')).r16(args),
  },
  r17: {
    alias: 'audit',
    about: 'the audit log after r1  (as r1)',
    run: async (args) => (await import('./storm.ts')).r17(args),
  },
  batch: {
    alias: 'resume',
    about:
      'a batch of the command line is killed in the middle and run again  (--cards --conversations --kills)',
    run: async (args) => (await import('./batch.ts')).batch(args),
  },
  cluster: {
    alias: 'instances',
    about: `several instances on PostgreSQL, kill -9 and restarts of the database
                        (--instances --cards --conversations --kills --restarts --away SECONDS --per-minute --seed)`,
    run: async (args) => (await import('./cluster.ts')).cluster(args, true),
  },
  'cluster-hold': {
    alias: 'instances-hold',
    about: 'the same, repeats are shown: doubtful cards are held  (as cluster)',
    run: async (args) => (await import('./cluster.ts')).cluster(args, false),
  },
};

import { setTimeout as sleep } from 'node:timers/promises';
import { defineCommand, UsageError } from './command.ts';
import { status } from './operator.ts';
import { isTerminal } from './paint.ts';

/** `watch`: the figures of `status`, again and again. */
export const watch = defineCommand({
  options: { every: { type: 'string', default: '2' }, count: { type: 'string' } },
  async run({ values }, context) {
    const everyMs = Number(values.every) * 1_000;
    const count = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count);
    if (!(everyMs >= 0 && everyMs <= 3_600_000))
      throw new UsageError('--every is a number of seconds, at most 3600.');
    if (!(count >= 1)) throw new UsageError('--count is a number of looks, at least 1.');
    const { stdout } = context;
    for (let look = 1; ; look += 1) {
      stdout.write(isTerminal(stdout) ? '\u001b[2J\u001b[H' : '');
      stdout.write(`${new Date().toISOString()}\n`);
      const code = await status.run({ ...context, args: [] });
      if (code !== 0 || look >= count) return code;
      await sleep(everyMs);
    }
  },
});

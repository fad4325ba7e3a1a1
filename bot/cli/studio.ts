import { sep } from 'node:path';
import { CodedError } from '../../cards/errors.ts';
import { defineCommand, readPort, UsageError, waitUntilStopped } from './command.ts';

/**
 * `studio [FOLDER…]`: starts the editor of card authors, on this machine only; ends with Ctrl+C. Default: the folders of the bot. Not in
 * production.
 */
export const studio = defineCommand({
  options: { port: { type: 'string', default: '3980' } },
  allowPositionals: true,
  async run({ values, positionals }, { templateDirs, policy, env, stdout, stderr }) {
    const port = readPort(values.port);
    if (env.NODE_ENV === 'production')
      throw new CodedError('config.invalid', 'The Studio does not start with NODE_ENV=production.', {
        hint: 'Start it where the templates are written.',
      });
    const dirs = positionals.length === 0 ? templateDirs : positionals;
    if (dirs.every((dir) => dir.split(sep).includes('node_modules')))
      throw new UsageError('Name the folder of your templates, such as: studio ./cards.');
    const { startStudio } = await import('../studio/startStudio.ts');
    const running = await startStudio({
      dirs,
      port,
      policy,
      report: (error) => stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
    });
    stdout.write(`Open ${running.address}\nThe address opens your template files: keep it to yourself.\n`);
    await waitUntilStopped();
    await running.close();
    return 0;
  },
});

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../../cards/errors.ts';
import { listenError } from '../listenError.ts';
import { defineCommand, UsageError } from './command.ts';

interface Report {
  passed: boolean;
}

/** What the sandbox offers; loaded only when it is needed, and absent in a deployment. */
interface SandboxModules {
  prepareVerification(options: {
    routes?: readonly string[];
    port?: number;
    connectorHeader: string;
    connectorSecret?: string;
    paths?: { v1?: string; v2?: string };
  }): Promise<{ url: string; run(botUrl: string): Promise<Report>; close(): Promise<void> }>;
  textReport(report: Report): string;
  junitReport(report: Report): string;
}

const folder = join(import.meta.dirname, '..', '..', 'sandbox', 'verify');

/** `verify --bot URL`: plays conversations against any bot and tells what a strict Genesys would drop, by rule. */
export const verify = defineCommand({
  options: {
    bot: { type: 'string' },
    route: { type: 'string' },
    port: { type: 'string' },
    header: { type: 'string' },
    secret: { type: 'string' },
    'v1-path': { type: 'string' },
    'v2-path': { type: 'string' },
    json: { type: 'boolean', default: false },
    junit: { type: 'string' },
  },
  async run({ values }, { env, stdout, stderr }) {
    const { bot, route, port = '0' } = values;
    if (bot === undefined || !/^https?:\/\//.test(bot) || !URL.canParse(bot))
      throw new UsageError('Missing --bot URL, such as http://127.0.0.1:3978.');
    if (route !== undefined && route !== 'v1' && route !== 'v2')
      throw new UsageError('--route is v1 or v2; without it both are played.');
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port is a port number.');
    if (!existsSync(folder))
      throw new UsageError('This package was installed without the sandbox: use the repository.');
    const modules = await Promise.all(
      ['verifyBot.ts', 'writeReport.ts'].map((file) => import(pathToFileURL(join(folder, file)).href)),
    );
    const { prepareVerification, textReport, junitReport }: SandboxModules = Object.assign({}, ...modules);
    const secret = values.secret ?? env.GENESYS_CONNECTOR_SECRETS?.split(',')[0]?.trim();
    const [v1, v2] = [values['v1-path'], values['v2-path']];
    if ([v1, v2].some((path) => path?.startsWith('/') === false))
      throw new UsageError('--v1-path and --v2-path begin with /.');
    const verification = await prepareVerification({
      port: Number(port),
      connectorHeader: values.header ?? env.GENESYS_CONNECTOR_HEADER ?? 'authorization',
      ...(route === undefined ? {} : { routes: [route] }),
      ...(secret ? { connectorSecret: secret } : {}),
      paths: { ...(v1 === undefined ? {} : { v1 }), ...(v2 === undefined ? {} : { v2 }) },
    }).catch((error) => {
      throw listenError(error, '--port', `127.0.0.1:${port}`);
    });
    try {
      if (!values.json) stderr.write(`This Genesys listens on ${verification.url} for later answers.\n`);
      const report = await verification.run(bot);
      stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : textReport(report));
      if (values.junit !== undefined) writeReport(values.junit, junitReport(report));
      return report.passed ? 0 : 1;
    } finally {
      await verification.close();
    }
  },
});

/** @throws CodedError `file.unreadable` */
function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new CodedError('file.unreadable', `The file ${file} cannot be written.`, { cause });
  }
}

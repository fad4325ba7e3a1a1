import { writeFileSync } from 'node:fs';
import { CodedError } from '../../cards/errors.ts';
import { listenError } from '../http/listenOn.ts';
import { hasSandbox, loadSandbox } from '../process/sandbox.ts';
import { defineCommand, UsageError } from './command.ts';
import { type BotTls, connectorOptions, readConnector, readPort } from './connectorOptions.ts';

interface Report {
  passed: boolean;
}

/** What the sandbox offers. */
interface Verifier {
  prepareVerification(options: {
    routes?: readonly string[];
    port?: number;
    connectorHeader: string;
    connectorSecret?: string;
    paths?: { v1?: string; v2?: string };
    botTls?: BotTls;
  }): Promise<{ url: string; run(botUrl: string): Promise<Report>; close(): Promise<void> }>;
}
interface Reports {
  writeTextReport(report: Report): string;
  writeJunitReport(report: Report): string;
}

/** `verify --bot URL`: plays conversations against any bot and reports by rule what a strict Genesys would drop. */
export const verify = defineCommand({
  options: {
    ...connectorOptions,
    route: { type: 'string' },
    port: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    junit: { type: 'string' },
  },
  async run({ values }, { env, stdout, stderr }) {
    const { route } = values;
    const { bot, header, secret, paths, tls } = readConnector(values, env);
    const port = readPort(values.port);
    if (route !== undefined && route !== 'v1' && route !== 'v2')
      throw new UsageError('--route is v1 or v2; without it both are played.');
    if (!hasSandbox())
      throw new UsageError('This package was installed without the sandbox: use the repository.');
    const { prepareVerification } = await loadSandbox<Verifier>('verify/verifyBot');
    const { writeTextReport, writeJunitReport } = await loadSandbox<Reports>('verify/writeReport');
    const verification = await prepareVerification({
      port,
      connectorHeader: header,
      ...(route === undefined ? {} : { routes: [route] }),
      ...(secret === undefined ? {} : { connectorSecret: secret }),
      paths,
      botTls: tls,
    }).catch((error) => {
      throw listenError(error, '--port', `127.0.0.1:${port}`);
    });
    try {
      if (!values.json) stderr.write(`This Genesys listens on ${verification.url} for later answers.\n`);
      const report = await verification.run(bot);
      stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : writeTextReport(report));
      if (values.junit !== undefined) writeReport(values.junit, writeJunitReport(report));
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

import { startSandbox } from '../process/sandbox.ts';
import { defineCommand } from './command.ts';
import { connectorOptions, readConnector, readPort } from './connectorOptions.ts';
import { waitUntilStopped } from './untilStopped.ts';

/** `sandbox --bot URL`: Genesys on this machine for a bot in any language; it ends with Ctrl+C. */
export const sandbox = defineCommand({
  options: { ...connectorOptions, port: { type: 'string', default: '3979' } },
  async run({ values }, { env, stdout }) {
    const { bot, header, secret, paths, tls } = readConnector(values, env);
    const port = readPort(values.port);
    const [clientId, clientSecret] = ['sandbox', 'sandbox-secret'];
    const running = await startSandbox({
      port,
      botUrl: bot,
      clientId,
      clientSecret,
      connectorHeader: header,
      connectorPaths: paths,
      botTls: tls,
      ...(secret === undefined ? {} : { connectorSecret: secret }),
    });
    const { v1 = '/api/genesys/v1/messages', v2 = '/api/genesys/v2' } = paths;
    stdout.write(`Genesys for the bot at ${bot}; Ctrl+C ends it.

  Messenger, Bot Connector v1   ${running.url}/?route=v1   calls ${bot}${v1}
  Messenger, Bot Connector v2   ${running.url}/?route=v2   calls ${bot}${v2}/bots and ${bot}${v2}/messages
  login and API address         ${running.url}   client ${clientId}, secret ${clientSecret}
  what Genesys would refuse     ${running.url}/sandbox/stats
`);
    try {
      await waitUntilStopped();
      return 0;
    } finally {
      await running.close();
    }
  },
});

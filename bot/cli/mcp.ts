import { once } from 'node:events';
import { CodedError } from '../../cards/errors.ts';
import { defineCommand } from './command.ts';

/** `mcp`: runs an MCP server for language models on standard input and output; ends with its input. */
export const mcp = defineCommand({
  options: {},
  async run(_given, { templateDirs, policy, stdin, stdout }) {
    const sdk = await import('@modelcontextprotocol/sdk/server/stdio.js').catch((cause) => {
      throw new CodedError('config.invalid', 'The package @modelcontextprotocol/sdk is not installed.', {
        hint: 'Run: npm install --save-dev @modelcontextprotocol/sdk.',
        cause,
      });
    });
    const { createMcpServer } = await import('./createMcpServer.ts');
    const server = createMcpServer({ templateDirs, policy });
    const ended = once(stdin, 'end');
    await server.connect(new sdk.StdioServerTransport(stdin, stdout));
    await ended;
    await server.close();
    return 0;
  },
});

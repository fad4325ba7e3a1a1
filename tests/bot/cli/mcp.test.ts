import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';
import { runCli } from '../../../bot/cli/runCli.ts';
import { templateFile } from '../../fakes/templates.ts';

const client = new Client({ name: 'test', version: '1' });
const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
let exitCode: Promise<number>;
before(async () => {
  exitCode = runCli(['mcp'], { env: {}, stdin, stdout, stderr });
  // The transport of a server reads and writes any two streams, that of a client only those of a process which it starts.
  await client.connect(new StdioServerTransport(stdout, stdin));
});
after(async () => {
  stdin.end();
  assert.equal(await exitCode, 0);
  assert.equal(stderr.read(), null);
});

const resultSchema = z.looseObject({
  isError: z.boolean().optional(),
  content: z.tuple([z.looseObject({ text: z.string() })]),
});

/** Calls a tool; gives its text, and whether it is an error. */
async function call(name: string, given: Record<string, unknown> = {}) {
  const { isError = false, content } = resultSchema.parse(await client.callTool({ name, arguments: given }));
  return { isError, text: content[0].text };
}

const file = JSON.stringify(templateFile());
const name = 'test-v1.json';
const calls: [what: string, tool: string, given: Record<string, unknown>, isError: boolean, words: RegExp][] =
  [
    [
      'lists templates and start templates',
      'list_templates',
      {},
      false,
      /order-status-v2[\s\S]*startTemplates[\s\S]*appointment-v1/,
    ],
    [
      'reads a start template',
      'read_template',
      { templateId: 'parcel-v1' },
      false,
      /^\{\n {2}"\$schema".*\n {2}"id": "parcel"/,
    ],
    [
      'names the template that was meant',
      'read_template',
      { templateId: 'parcle-v1' },
      true,
      /template\.unknown.*parcel-v1/,
    ],
    ['finds nothing in a right text', 'lint_template', { text: file, name }, false, /^\[/],
    [
      'finds a mistake with its place',
      'lint_template',
      { text: file.replace('${name}', '${nme}'), name },
      false,
      /nme is not declared/,
    ],
    ['finds that a text is not JSON', 'lint_template', { text: '{', name }, false, /too early/],
    ['previews a text', 'preview_template', { text: file }, false, /"Ada"[\s\S]*"barriers"/],
    [
      'previews for Genesys',
      'preview_template',
      { text: file, receiver: 'genesys' },
      false,
      /"messages"[\s\S]*Ada/,
    ],
    ['refuses a text with a mistake', 'preview_template', { text: '{}' }, true, /template\.invalid/],
    [
      'refuses a sample that is not there',
      'preview_template',
      { text: file, sample: 'x' },
      true,
      /no sample x/,
    ],
    [
      'converts an activity',
      'convert_activity',
      { activity: { type: 'message', text: 'Hello <b>you</b>' } },
      false,
      /"text": "Hello/,
    ],
    [
      'refuses a receiver that it does not know',
      'preview_template',
      { text: file, receiver: 'pdf' },
      true,
      /receiver/,
    ],
  ];
for (const [what, tool, given, isError, words] of calls) {
  test(`over stdio a language model ${what}`, async () => {
    const result = await call(tool, given);
    assert.match(result.text, words);
    assert.equal(result.isError, isError);
  });
}

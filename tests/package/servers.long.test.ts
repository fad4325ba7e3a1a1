import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { projectDir } from '../run/testFiles.ts';
import { createEmptyProject, type EmptyProject, packPlugin } from './emptyProject.ts';

/** Versions of Node: the oldest that the package takes, and the newest of each line. */
const nodes = ['22.16.0', '22.23.5', '24.21.0'];

const servers = [
  ...['8.6.1', '9.0.0', '10.0.0', '11.1.0', '12.0.0'].map((version) => ({ kind: 'restify', version })),
  ...['4.22.1', '5.2.1'].map((version) => ({ kind: 'express', version })),
  ...['4.29.1', '5.12.8'].map((version) => ({ kind: 'fastify', version })),
  { kind: 'hono', version: '4.13.19' },
];
const nameOf = ({ kind, version }: { kind: string; version: string }) => `${kind}${version.split('.')[0]}`;
const platform = process.platform === 'win32' ? 'win' : process.platform;

let project: EmptyProject;
before(async () => {
  project = createEmptyProject();
  const packed = await packPlugin(project.folder);
  await project.install(
    ...['botbuilder@4.23.3', '@hono/node-server@2.1.9', packed],
    ...servers.map((server) => `${nameOf(server)}@npm:${server.kind}@${server.version}`),
    ...nodes.map((version) => `node-${version}@npm:node-${platform}-${process.arch}@${version}`),
  );
  project.write('oneServer.mjs', readFileSync(join(import.meta.dirname, 'oneServer.mjs'), 'utf8'));
});
after(() => project?.remove());

/** Runs one server on one Node; returns "yes", or why it does not start. */
async function tryServer(version: string, kind: string, library: string): Promise<string> {
  const folder = join(project.folder, 'node_modules', `node-${version}`, 'bin');
  const node = [join(folder, 'node'), join(folder, 'node.exe')].find((path) => existsSync(path));
  assert.ok(node, `Node ${version} is not installed`);
  try {
    const printed = await project.run(node, 'oneServer.mjs', kind, library);
    return printed.trim().split('\n').at(-1) === 'works' ? 'yes' : printed;
  } catch (error) {
    const reason = /^\w*Error\b.*$/m.exec(String(error instanceof Error ? error.message : error));
    return `no: ${reason?.[0] ?? String(error)}`;
  }
}

test('docs/plugin.md shows which server takes the routes on which Node', async (t) => {
  const rows = [
    `| | ${nodes.map((version) => `Node ${version}`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(nodes.length)}`,
  ];
  const kinds = [
    ...servers.map((server) => ({
      label: `${server.kind} ${server.version}`,
      kind: server.kind,
      library: nameOf(server),
    })),
    { label: '`genesys.fetch`', kind: 'fetch', library: 'none' },
  ];
  for (const { label, kind, library } of kinds) {
    const cells: string[] = [];
    for (const version of nodes) {
      const result = await tryServer(version, kind, library);
      if (result !== 'yes') t.diagnostic(`${label} on Node ${version}: ${result}`);
      cells.push(result === 'yes' ? 'yes' : 'no');
    }
    rows.push(`| ${label} | ${cells.join(' | ')} |`);
  }
  const page = readFileSync(join(projectDir, 'docs', 'plugin.md'), 'utf8').replaceAll('\r\n', '\n');
  assert.ok(page.includes(rows.join('\n')), `The page needs this table:\n${rows.join('\n')}`);
});

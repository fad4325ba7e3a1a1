import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createEmptyProject, packPlugin } from '../package/emptyProject.ts';
import { median, printLine } from './figures.ts';
import { Flags } from './flags.ts';

const sdks = [
  { sdk: 'botbuilder', version: '4.23.3', entry: 'genesys-card-bot' },
  { sdk: '@microsoft/agents-hosting', version: '1.8.1', entry: 'genesys-card-bot/agents' },
];

/** Imports the SDK, then the plugin, and prints what the second import cost: memory after a full collection. */
const measureImport = `
  const usage = () => {
    gc(); gc();
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return { ms: performance.now(), cpuMs: (user + system) / 1000, rssMiB: rss / 2 ** 20, heapMiB: heapUsed / 2 ** 20 };
  };
  const [sdk, entry] = process.argv.slice(2);
  await import(sdk);
  const before = usage();
  await import(entry);
  const ms = performance.now() - before.ms;
  const cpuMs = process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000 - before.cpuMs;
  const after = usage();
  console.log(JSON.stringify({ ms, cpuMs, rssMiB: after.rssMiB - before.rssMiB, heapMiB: after.heapMiB - before.heapMiB }));`;
const costSchema = z.object({ ms: z.number(), cpuMs: z.number(), rssMiB: z.number(), heapMiB: z.number() });

/** Packs the plugin, installs it beside each SDK in an empty project, and measures what the install and the import add. */
export async function run(args: string[]): Promise<void> {
  const rounds = new Flags(args, ['rounds']).count('rounds', 5);
  const shelf = createEmptyProject();
  try {
    const packed = await packPlugin(shelf.folder);
    for (const { sdk, version, entry } of sdks) {
      const project = createEmptyProject();
      try {
        await project.install(`${sdk}@${version}`);
        const sdkMiB = sizeOf(join(project.folder, 'node_modules'));
        await project.install(packed);
        const addedMiB = sizeOf(join(project.folder, 'node_modules')) - sdkMiB;
        project.write('measure.mjs', measureImport);
        const costs: z.infer<typeof costSchema>[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const printed = await project.run(process.execPath, '--expose-gc', 'measure.mjs', sdk, entry);
          costs.push(costSchema.parse(JSON.parse(printed)));
        }
        const middle = (read: (cost: z.infer<typeof costSchema>) => number) => median(costs.map(read));
        printLine({
          bench: 'package',
          sdk,
          sdk_mib: sdkMiB,
          added_mib: addedMiB,
          import_ms: middle(({ ms }) => ms),
          import_cpu_ms: middle(({ cpuMs }) => cpuMs),
          import_rss_mib: middle(({ rssMiB }) => rssMiB),
          import_heap_mib: middle(({ heapMiB }) => heapMiB),
        });
      } finally {
        project.remove();
      }
    }
  } finally {
    shelf.remove();
  }
}

/** The room that the files of a folder take on a disk of 4 KiB blocks, in MiB. */
function sizeOf(folder: string): number {
  let blocks = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) blocks += Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 4096);
  return blocks / 256;
}

import { faults } from './faults.ts';

function help(): string {
  const rows = Object.entries(faults).map(
    ([name, { alias, about }]) => `  ${name.padEnd(12)} ${alias.padEnd(16)} ${about}`,
  );
  return `Usage: npm run -s faults -- NAME [--target URL] [--cards N] [--conversations N] [--kills N] [--seconds N] [--seed N]

Runs a fault test and prints its figure as one JSON line; exit code 1 when it misses its goal.

${rows.join('\n')}

--target sends to another stand-in for Genesys without TLS (r1, r2, r3, r7, r8, r9, r16, r17, cluster), as the client that GENESYS_CLIENT_ID and
GENESYS_CLIENT_SECRET name. The goals: docs/reliability.md.
`;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || args.includes('--help') || ['--help', '-h', 'help'].includes(name)) {
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const fault = Object.entries(faults).find(([number, { alias }]) => number === name || alias === name)?.[1];
  if (fault === undefined) {
    process.stderr.write(`There is no fault test of this name.\n\n${help()}`);
    return 2;
  }
  const figure = await fault.run(args);
  process.stdout.write(`${JSON.stringify(figure)}\n`);
  return figure.ok ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { benchNames } from './benchNames.ts';

/** A benchmark: takes its flags, prints JSON lines, and resolves when everything that it started is closed. */
export interface Bench {
  run(args: string[]): Promise<void>;
}

const usage = `Measures, and prints JSON lines: one a measurement. Both sides of a ratio come from one run, in turns.

  npm run -s bench -- delivery [--card order|big] [--fresh] [--cards N] [--concurrency C[,C…]] [--rounds N] [--warm-up N]
                               [--target URL] [--client-id ID] [--client-secret SECRET] [--webhook URL|own]
                               [--latency MS] [--shows-repeats] [--side both|project]
      Cards through templates, outbox, audit, analytics and node-fetch, beside the bare POST of the same bytes (P5, P13
      to P16). --target is any server that answers the token and guest paths; default: a sandbox of its own, which
      --latency slows. Without --webhook there is no analytics; "own" is one of its own. --fresh: every HTML text of the
      big card is new. --shows-repeats: as where a repeated messageId is shown twice.
  npm run -s bench -- turn [--turns N] [--concurrency C] [--rounds N] [--warm-up N]
      A turn over HTTP: an echo, the same with kept clients, the card middleware around it, a card, telemetry of it; the
      finished bot's turn, its card delivered to a sandbox, and telemetry of that. CPU of the bot's process.
  npm run -s bench -- compose [--rounds N] [--batch-ms MS] [--warm-up N]
      From a request to the bytes of a POST, beside JSON.stringify, sanitize-html alone and the bare POST (P7 to P9);
      hostile texts and cards (P10, P11).
  npm run -s bench -- growth [--cards N] [--seconds N] [--rounds N] [--batch-ms MS]
      Memory over N cards without network (P12; default 1,000,000, for at most --seconds), CPU by components and by
      length of text, the cache of HTML texts (P17).
  npm run -s bench -- cluster [--only instances|idle|audit|backlog] [--cards N] [--instances N[,N…]] [--concurrency C]
                              [--conversations N] [--latency MS]
      Instances that share one PostgreSQL: cards, what idle ones cost, the audit log, a look into a long queue.
  npm run -s bench -- start [--rounds N]
      The start of the bot with its sandbox until it takes turns: wall time, CPU and resident memory, medians.
  npm run -s bench -- ops [--cards N] [--store both|sqlite|postgres] [--rounds N]
      What the operator's page and the command line ask of a store with N cards of a week (default 1,000,000).
  npm run -s bench -- package [--rounds N]
      What the packed plugin adds to a bot: megabytes of its install beside each SDK; time, CPU and memory of its import.
`;

async function main([name = '--help', ...args]: string[]): Promise<void> {
  const file = join(import.meta.dirname, `${name}.ts`);
  if (name === '--help' || args.includes('--help')) {
    process.stdout.write(usage);
  } else if (!benchNames.includes(name) || !existsSync(file)) {
    process.stderr.write(`There is no benchmark ${name}.\n\n${usage}`);
    process.exitCode = 1;
  } else {
    const bench: Bench = await import(pathToFileURL(file).href);
    await bench.run(args);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

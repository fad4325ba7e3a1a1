import { runTogether } from './run/runTogether.ts';
import { postgresFiles } from './run/testFiles.ts';

/* The tests with a PostgreSQL server. */
await runTogether(postgresFiles());

import { runTogether } from './run/runTogether.ts';
import { telemetryFiles } from './run/testFiles.ts';

/* The tests with the SDK of Application Insights, which notes in the environment what it uses. */
await runTogether(telemetryFiles(), (name) =>
  /^process\.env\.(?:APPLICATION_INSIGHTS|AZURE_MONITOR)_/.test(name),
);

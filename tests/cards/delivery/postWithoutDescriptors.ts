import { closeSync, openSync } from 'node:fs';
import { createHttpClient } from '../../../cards/delivery/http.ts';

// Run by a test with few descriptors: posts once when all are used up, and once when they are free again.
const [url = ''] = process.argv.slice(2);
const client = createHttpClient();
const post = () => client.request({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: 10_000 });

const taken: number[] = [];
try {
  for (;;) taken.push(openSync(process.execPath, 'r'));
} catch {
  // The last one is taken.
}
const without = await post();
for (const descriptor of taken) closeSync(descriptor);
const withOne = await post();
process.stdout.write(JSON.stringify([without.kind, withOne.kind]));
client.close();

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { startSandbox } from './startSandbox.ts';

/** The text of a file. */
const pem = z
  .string()
  .transform((file, context) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      context.addIssue('the file cannot be read');
      return z.NEVER;
    }
  })
  .optional();
const environment = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(3979),
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  BOT_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3978'),
  GENESYS_CLIENT_ID: z.string().min(1).default('sandbox'),
  GENESYS_CLIENT_SECRET: z.string().min(1).default('sandbox-secret'),
  GENESYS_CONNECTOR_HEADER: z.string().min(1).default('authorization'),
  GENESYS_CONNECTOR_SECRETS: z.string().optional(),
  GUEST_GATEWAY_SECRETS: z.string().optional(),
  CARDS_API_SECRETS: z.string().optional(),
  SANDBOX_BOT_CERT_FILE: pem,
  SANDBOX_BOT_KEY_FILE: pem,
  SANDBOX_BOT_CA_FILE: pem,
});

async function main(): Promise<void> {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues)
      process.stderr.write(`${path.join('.')}: ${message}\n`);
    process.exitCode = 1;
    return;
  }
  const env = parsed.data;
  const firstOf = (secrets: string | undefined) => secrets?.split(',')[0]?.trim();
  const connectorSecret = firstOf(env.GENESYS_CONNECTOR_SECRETS);
  const gatewaySecret = firstOf(env.GUEST_GATEWAY_SECRETS);
  const cardsApiSecret = firstOf(env.CARDS_API_SECRETS);
  const sandbox = await startSandbox({
    port: env.SANDBOX_PORT,
    host: env.SANDBOX_HOST,
    botUrl: env.BOT_URL.replace(/\/$/, ''),
    botTls: { cert: env.SANDBOX_BOT_CERT_FILE, key: env.SANDBOX_BOT_KEY_FILE, ca: env.SANDBOX_BOT_CA_FILE },
    clientId: env.GENESYS_CLIENT_ID,
    clientSecret: env.GENESYS_CLIENT_SECRET,
    connectorHeader: env.GENESYS_CONNECTOR_HEADER,
    ...(connectorSecret ? { connectorSecret } : {}),
    ...(gatewaySecret ? { gatewaySecret } : {}),
    ...(cardsApiSecret ? { cardsApiSecret } : {}),
  });
  process.stdout.write(`sandbox listening on ${sandbox.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
}

await main();

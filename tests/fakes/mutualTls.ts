import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../gateways/programs.ts';

/** Files of an authority, and of a certificate of it for a client. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Starts a server on the loopback that refuses a client without a certificate of the authority. */
  listen(listener: Parameters<typeof createServer>[1]): Promise<{ url: string; server: Server }>;
  remove(): void;
}

/** Makes certificates with openssl, for an hour or so. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'mutual-tls-'));
  const file = (name: string) => join(folder, name);
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const issue = async (name: string, more: readonly string[]) => {
    const files = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)];
    await run('openssl', ['req', '-x509', '-days', '1', ...fresh, ...files, '-subj', `/CN=${name}`, ...more]);
  };
  await issue('ca', []);
  const ofCa = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-addext', 'basicConstraints=CA:FALSE'];
  await issue('server', [...ofCa, '-addext', 'subjectAltName=IP:127.0.0.1']);
  await issue('client', ofCa);
  const read = (name: string) => readFileSync(file(name));
  return {
    ca: file('ca.pem'),
    cert: file('client.pem'),
    key: file('client.key'),
    async listen(listener = () => {}) {
      const options = { key: read('server.key'), cert: read('server.pem'), ca: read('ca.pem') };
      const server = createServer({ ...options, requestCert: true, rejectUnauthorized: true }, listener);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      // A server that listens on a port has an AddressInfo, not a pipe name.
      const { port } = server.address() as AddressInfo;
      return { url: `https://127.0.0.1:${port}`, server };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

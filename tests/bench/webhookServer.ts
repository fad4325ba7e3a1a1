import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook that takes every event, as a process of its own: what it costs is not the sender's. */
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end());
});
server.listen(0, '127.0.0.1', () => {
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}/` });
});
process.on('disconnect', () => process.exit(0));

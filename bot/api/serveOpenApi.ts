import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Request, Response, Server } from 'restify';

/** Adds `GET /openapi.json`, for development; the document is made when it is asked for. */
export function addOpenApi(server: Server, connectorHeader: string): void {
  server.get('/openapi.json', async (_: Request, response: Response) => {
    const { openApi } = await import('./openApi.ts');
    response.send(200, openApi(ownVersion(), connectorHeader));
  });
}

function ownVersion(): string {
  const file = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  return String(Object(JSON.parse(file)).version);
}

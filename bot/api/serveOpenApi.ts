import type { Request, Response, Server } from 'restify';
import { readOwnVersion } from '../process/ownVersion.ts';

/** Adds `GET /openapi.json`, for development; the document is made when it is asked for. */
export function addOpenApi(server: Server, connectorHeader: string): void {
  server.get('/openapi.json', async (_: Request, response: Response) => {
    const { openApi } = await import('./openApi.ts');
    response.send(200, openApi(readOwnVersion(), connectorHeader));
  });
}

import { createServer, type Server } from 'node:http';
import { isReady, type State } from './state.ts';

/**
 * `/live` (whether the socket of the API is open) and `/ready` (503 unless the schema cache is loaded and the database
 * is connected). Answers have no body.
 * Source: PostgREST/postgrest, src/PostgREST/Admin.hs. `/metrics` and `/schema_cache` are left out.
 */
export function createAdminServer(state: State): Server {
  return createServer(({ url }, response) => {
    const status = { '/live': 200, '/ready': isReady(state) ? 200 : 503 }[url ?? ''] ?? 404;
    response.writeHead(status).end();
  });
}

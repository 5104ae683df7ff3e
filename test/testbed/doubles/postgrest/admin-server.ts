import { createServer, type Server } from 'node:http';
import { isReady, type State } from './state.ts';

/**
 * `/live` (whether the API's socket is open) and `/ready` (whether the schema cache is loaded and the
 * connection to the database up: 503 while it is not). Answers have no body.
 * Source: PostgREST/postgrest, src/PostgREST/Admin.hs. `/metrics` and `/schema_cache` are left out.
 */
export function createAdminServer(state: State): Server {
  return createServer(({ url }, response) => {
    const status = { '/live': 200, '/ready': isReady(state) ? 200 : 503 }[url ?? ''] ?? 404;
    response.writeHead(status).end();
  });
}

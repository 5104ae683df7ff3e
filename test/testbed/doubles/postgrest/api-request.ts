import type { IncomingMessage } from 'node:http';
import { bodyOf } from '../parts/body.ts';
import { ApiError } from './api-error.ts';
import type { Config } from './config.ts';
import { type Preferences, preferencesOf } from './preferences.ts';

/** The object that a path names. Any other path, such as `/erp/people`, is invalid. */
type Resource =
  | { readonly kind: 'root' }
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'routine'; readonly name: string };

/** A request, as far as it can be parsed without the schema cache. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly resource: Resource;
  readonly schema: string;
  /** Whether the answer names the schema in Content-Profile, which is so if there are several. */
  readonly negotiated: boolean;
  readonly readOnly: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly preferences: Preferences;
  readonly body: string;
}

/**
 * @throws ApiError PGRST125 (path), PGRST106 (schema), PGRST101 and PGRST117 (method), in this order
 * Source: PostgREST/postgrest, src/PostgREST/ApiRequest.hs.
 */
export async function readApiRequest(message: IncomingMessage, config: Config): Promise<ApiRequest> {
  const method = message.method ?? 'GET';
  const [path = '/', ...query] = (message.url ?? '/').split('?');
  const headers = Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) =>
      value === undefined || name === 'cookie' ? [] : [[name, [value].flat().join(', ')]],
    ),
  );
  const resource = resourceOf(path);
  const profile = ['POST', 'PATCH', 'PUT', 'DELETE'].includes(method) ? 'content-profile' : 'accept-profile';
  const schema = schemaOf(config.dbSchemas, headers[profile]);
  checkMethod(method, resource);
  return {
    method,
    path,
    resource,
    ...schema,
    readOnly: ['GET', 'HEAD', 'OPTIONS'].includes(method),
    headers,
    query: new URLSearchParams(query.join('?')),
    preferences: preferencesOf(headers.prefer),
    body: await bodyOf(message),
  };
}

function resourceOf(path: string): Resource {
  const [first, second, ...more] = path === '/' ? [] : path.replace(/^\//, '').split('/').map(decodeSegment);
  if (first === undefined) return { kind: 'root' };
  if (second === undefined) return { kind: 'table', name: first };
  if (first === 'rpc' && more.length === 0) return { kind: 'routine', name: second };
  throw new ApiError(404, 'PGRST125', 'Invalid path specified in request URL');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function schemaOf(schemas: readonly string[], asked: string | undefined) {
  if (asked !== undefined && !schemas.includes(asked))
    throw new ApiError(406, 'PGRST106', `Invalid schema: ${asked}`, {
      hint: `Only the following schemas are exposed: ${schemas.join(', ')}`,
    });
  const negotiated = asked !== undefined || schemas.length > 1;
  return { schema: asked ?? schemas[0] ?? 'public', negotiated };
}

const methods = {
  root: ['GET', 'HEAD', 'OPTIONS'],
  table: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PATCH', 'DELETE', 'PUT'],
  routine: ['GET', 'HEAD', 'OPTIONS', 'POST'],
};

function checkMethod(method: string, { kind }: Resource): void {
  if (methods[kind].includes(method)) return;
  throw kind === 'routine'
    ? new ApiError(405, 'PGRST101', `Cannot use the ${method} method on RPC`)
    : new ApiError(405, 'PGRST117', `Unsupported HTTP method: ${method}`);
}

import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import { ApiError } from './api-error.ts';
import { type ApiRequest, readApiRequest } from './api-request.ts';
import { identify } from './jwt.ts';
import { describeSchema } from './open-api.ts';
import { callRoutine, findRoutine } from './routine-call.ts';
import type { SchemaCache, Table } from './schema-cache.ts';
import type { State } from './state.ts';
import { readTable } from './table-read.ts';
import { writeTable } from './table-write.ts';
import { inTransaction } from './transaction.ts';

/** Answers a request of the API: checks the role, then the schema cache, then the request. @throws ApiError */
export async function answer(state: State, message: IncomingMessage): Promise<Answer> {
  const caller = identify(state.config, message.headers.authorization);
  const { cache, config } = state;
  if (cache === undefined)
    throw new ApiError(503, 'PGRST002', 'Could not query the database for the schema cache. Retrying.');
  const request = await readApiRequest(message, config);
  const { resource } = request;
  if (request.method === 'OPTIONS') return allowed(request);
  const table = resource.kind === 'table' ? tableOf(cache, request, resource.name) : undefined;
  const routine = resource.kind === 'routine' ? findRoutine(cache, request, resource.name) : undefined;
  const given = await inTransaction(state, caller, request, (ask) => {
    if (routine !== undefined) return callRoutine(ask, request, routine, config.dbMaxRows);
    if (table === undefined) return describeSchema(ask, request, cache, config);
    return request.readOnly
      ? readTable(ask, request, table, config.dbMaxRows)
      : writeTable(ask, request, table);
  });
  const profile = request.negotiated && 'Content-Type' in given.headers;
  return profile ? { ...given, headers: { ...given.headers, 'Content-Profile': request.schema } } : given;
}

function tableOf(cache: SchemaCache, { schema }: ApiRequest, name: string): Table {
  const table = cache.tables.find((one) => one.schema === schema && one.name === name);
  if (table === undefined)
    throw new ApiError(404, 'PGRST205', `Could not find the table '${schema}.${name}' in the schema cache`);
  return table;
}

function allowed({ resource }: ApiRequest): Answer {
  const methods = { root: '', table: ',POST,PATCH,DELETE', routine: ',POST' }[resource.kind];
  return {
    status: 200,
    headers: { 'Access-Control-Allow-Origin': '*', Allow: `OPTIONS,GET,HEAD${methods}` },
    body: '',
  };
}

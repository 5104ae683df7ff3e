import { z } from 'zod';
import { pause } from '../domain/pause.ts';
import type { HttpAnswer } from '../domain/ports.ts';
import { NetworkFault } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import { tokenFor } from './api-token.ts';
import { apiAnswers } from './container-problems.ts';
import { type Stack, services } from './stack.ts';

/** One table of each schema stands for it: the ones that the checklist asks for. */
const endpoints = [
  { schema: 'erp', table: 'people' },
  { schema: 'agent', table: 'sessions' },
] as const;

type Endpoint = (typeof endpoints)[number];

/** PostgREST answers 404 with this while its picture of the schema is older than the migration. */
const staleSchema = 'PGRST205';
/** How often, and how many milliseconds apart, it is given time to look again. */
const tries = 20;
const pace = 250;

const refusalSchema = z.looseObject({ code: z.string() });

/**
 * Asks both endpoints: without a token they must refuse (401, 42501), with one of a minute they must answer.
 * @throws ProblemError where one does not
 */
export async function askEndpoints(stack: Stack, signal: AbortSignal): Promise<readonly string[]> {
  const made = await tokenFor(stack, signal);
  if (made === null) return [];
  const seen: string[] = [];
  for (const endpoint of endpoints) {
    await refusesStrangers(stack, endpoint, signal);
    seen.push(`${endpoint.schema}.${endpoint.table}: ${await rowsFor(stack, endpoint, made.token, signal)}`);
  }
  return seen;
}

async function refusesStrangers(stack: Stack, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  const answer = await fresh(stack, endpoint, {}, signal);
  if (answer.status === 401 && codeOf(answer) === '42501') return;
  const wanted = '401 with code 42501, since no token was sent';
  throw new ProblemError(apiAnswers(stack, pathOf(endpoint), endpoint.schema, wanted, told(answer)));
}

async function rowsFor(
  stack: Stack,
  endpoint: Endpoint,
  token: string,
  signal: AbortSignal,
): Promise<string> {
  const answer = await fresh(stack, endpoint, { authorization: `Bearer ${token}` }, signal);
  const rows = answer.status === 200 ? z.array(z.unknown()).safeParse(jsonIn(answer)) : null;
  if (rows?.success === true) return 'JSON for a signed token, 401 without';
  const wanted = '200 with a JSON array, for a signed token';
  throw new ProblemError(apiAnswers(stack, pathOf(endpoint), endpoint.schema, wanted, told(answer)));
}

/** The answer, once PostgREST has noticed the migrations, and is there at all. */
async function fresh(
  { host }: Stack,
  endpoint: Endpoint,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const all = { ...headers, 'accept-profile': endpoint.schema };
  for (let left = tries; ; left--) {
    try {
      const answer = await host.get(services.api.port, pathOf(endpoint), all, signal);
      if (left === 0 || codeOf(answer) !== staleSchema) return answer;
    } catch (error) {
      if (left === 0 || !(error instanceof NetworkFault)) throw error;
    }
    await pause(pace, signal);
  }
}

/** No row is asked for: whether it would answer is all that is to be known. */
const pathOf = ({ table }: Endpoint) => `/${table}?limit=0`;

function jsonIn({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function codeOf(answer: HttpAnswer): string | null {
  const read = refusalSchema.safeParse(jsonIn(answer));
  return read.success ? read.data.code : null;
}

function told(answer: HttpAnswer): string {
  const code = codeOf(answer);
  return `${answer.status}${code === null ? '' : ` with code ${code}`}`;
}

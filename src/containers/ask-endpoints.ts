import * as z from 'zod';
import { pause } from '../domain/pause.ts';
import type { HttpAnswer } from '../domain/ports/http.ts';
import { NetworkFault } from '../domain/ports/http.ts';
import { ProblemError } from '../domain/problem.ts';
import { tokenFor } from './api-token.ts';
import { apiAnswers } from './container-problems.ts';
import type { Stack } from './stack.ts';

/** One table of each schema represents it: those that the checklist names. */
export const endpoints = [
  { schema: 'erp', table: 'people' },
  { schema: 'agent', table: 'sessions' },
] as const;

type Endpoint = (typeof endpoints)[number];

/** PostgREST answers 404 with this code while its schema cache is older than the migration. */
const staleSchema = 'PGRST205';
/** The number of retries while it reloads its cache, and milliseconds in between. */
const tries = 20;
const pollInterval = 250;

const refusalSchema = z.looseObject({ code: z.string() });

/**
 * Requests both endpoints: without a token they must refuse (401, 42501), with one they must answer.
 * @throws ProblemError if one does not
 */
export async function askEndpoints(stack: Stack, signal: AbortSignal): Promise<readonly string[]> {
  const issued = await tokenFor(stack, signal);
  if (issued === null) return [];
  const answers: string[] = [];
  for (const endpoint of endpoints) {
    await assertTokenRequired(stack, endpoint, signal);
    answers.push(
      `${endpoint.schema}.${endpoint.table}: ${await rowsFor(stack, endpoint, issued.token, signal)}`,
    );
  }
  return answers;
}

async function assertTokenRequired(stack: Stack, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  const answer = await fresh(stack, endpoint, {}, signal);
  if (answer.status === 401 && codeOf(answer) === '42501') return;
  const expected = '401 with code 42501, since no token was sent';
  throw new ProblemError(apiAnswers(stack, pathOf(endpoint), endpoint.schema, expected, summaryOf(answer)));
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
  const expected = '200 with a JSON array, for a signed token';
  throw new ProblemError(apiAnswers(stack, pathOf(endpoint), endpoint.schema, expected, summaryOf(answer)));
}

/** Returns the answer, once PostgREST runs and has noticed the migrations. */
async function fresh(
  { host, containers }: Stack,
  endpoint: Endpoint,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const all = { ...headers, 'accept-profile': endpoint.schema };
  for (let left = tries; ; left--) {
    try {
      const answer = await host.get(containers.api.port, pathOf(endpoint), all, signal);
      if (left === 0 || codeOf(answer) !== staleSchema) return answer;
    } catch (error) {
      if (left === 0 || !(error instanceof NetworkFault)) throw error;
    }
    await pause(pollInterval, signal);
  }
}

/** Requests no rows: only the status matters. */
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

function summaryOf(answer: HttpAnswer): string {
  const code = codeOf(answer);
  return `${answer.status}${code === null ? '' : ` with code ${code}`}`;
}

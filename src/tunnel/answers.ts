import * as z from 'zod';

/** One table of each schema represents it, as in the checklist. */
export const endpoints = [
  { schema: 'erp', path: '/erp/people' },
  { schema: 'agent', path: '/agent/sessions' },
] as const;

/** Requests no rows: only the status matters. */
export const query = '?limit=0';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const refusalSchema = z.looseObject({ code: z.string(), message: z.string() });

/** Returns PostgREST's error code in an answer; null if PostgREST did not send it. */
export function postgrestCode({ body }: Answer): string | null {
  return refusalSchema.safeParse(jsonIn(body)).data?.code ?? null;
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Returns whether PostgREST refused a client without a token (`stranger`), or gave rows to one with a token. */
export function isExpected(who: 'stranger' | 'token', answer: Answer): boolean {
  if (who === 'stranger') return answer.status === 401 && postgrestCode(answer) === '42501';
  return answer.status === 200 && Array.isArray(jsonIn(answer.body));
}

/** Summarizes an answer without its content. */
export function answerSummary(answer: Answer): string {
  const code = postgrestCode(answer);
  if (code !== null) return `${answer.status} with code ${code}`;
  const cloudflare = /^error code: (\d+)$/.exec(answer.body.trim())?.[1];
  return cloudflare === undefined ? `${answer.status}` : `${answer.status}, Cloudflare's error ${cloudflare}`;
}

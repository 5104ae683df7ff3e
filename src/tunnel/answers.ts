import { z } from 'zod';

/** One table of each schema stands for it, as the checklist has it. */
export const endpoints = [
  { schema: 'erp', path: '/erp/people' },
  { schema: 'agent', path: '/agent/sessions' },
] as const;

/** No row is asked for: whether it would answer is all that is to be known. */
export const query = '?limit=0';

/** An answer, as far as it is judged. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const refusalSchema = z.looseObject({ code: z.string(), message: z.string() });

/** PostgREST's own code in an answer; null where it is not PostgREST's. */
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

/** Who asks: a stranger must be refused by PostgREST, a signed token must get rows. */
export function isAsWanted(who: 'stranger' | 'token', answer: Answer): boolean {
  if (who === 'stranger') return answer.status === 401 && postgrestCode(answer) === '42501';
  return answer.status === 200 && Array.isArray(jsonIn(answer.body));
}

/** An answer in a few words, without what it holds. */
export function answerWords(answer: Answer): string {
  const code = postgrestCode(answer);
  if (code !== null) return `${answer.status} with code ${code}`;
  const cloudflare = /^error code: (\d+)$/.exec(answer.body.trim())?.[1];
  return cloudflare === undefined ? `${answer.status}` : `${answer.status}, Cloudflare's error ${cloudflare}`;
}

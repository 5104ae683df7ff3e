import { tokenFor } from '../../containers/api-token.ts';
import { NetworkFault, type PublicAnswer } from '../../domain/ports/http.ts';
import type { Context } from '../../workspace/context.ts';
import { answerSummary, endpoints, isExpected, query } from '../answers.ts';

/** The result of one request to the public hostname. */
export interface PublicTry {
  readonly path: string;
  readonly who: 'stranger' | 'token';
  readonly came:
    | { readonly is: 'answer'; readonly answer: PublicAnswer; readonly expected: boolean }
    | { readonly is: 'nothing'; readonly code: string };
}

/**
 * Requests both tables by the public hostname, without a token and with one that is valid for a minute; the latter only
 * if there is a key to sign it.
 */
export async function askPublic(context: Context): Promise<readonly PublicTry[]> {
  const { config } = context;
  const stack = context.production?.stack ?? null;
  const issued = stack === null ? null : await tokenFor(stack, context.signal);
  const ask = async (path: string, who: PublicTry['who']): Promise<PublicTry> => {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (who === 'token') headers.authorization = `Bearer ${issued?.token}`;
    try {
      const { connectTo = null } = config.cloudflare;
      const answer = await context.web.get(
        config.publicHost,
        `${path}${query}`,
        headers,
        connectTo,
        context.signal,
      );
      return { path, who, came: { is: 'answer', answer, expected: isExpected(who, answer) } };
    } catch (error) {
      if (!(error instanceof NetworkFault)) throw error;
      return { path, who, came: { is: 'nothing', code: error.code } };
    }
  };
  return Promise.all(
    endpoints.flatMap(({ path }) => [
      ask(path, 'stranger'),
      ...(issued === null ? [] : [ask(path, 'token')]),
    ]),
  );
}

export function allExpected(tries: readonly PublicTry[]): boolean {
  return tries.every(({ came }) => came.is === 'answer' && came.expected);
}

/** Summarizes one request in a line, without the content of the answer. */
export function trySummary({ path, who, came }: PublicTry, host: string): string {
  const token = who === 'stranger' ? 'without a token' : 'with a token';
  return `https://${host}${path} ${token}: ${came.is === 'answer' ? answerSummary(came.answer) : `no answer (${came.code})`}`;
}

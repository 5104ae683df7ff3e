import { tokenFor } from '../../containers/api-token.ts';
import { NetworkFault, type PublicAnswer } from '../../domain/ports.ts';
import type { Context } from '../../workspace/context.ts';
import { answerWords, endpoints, isAsWanted, query } from '../answers.ts';

/** What came of one question to the public name. */
export interface PublicTry {
  readonly path: string;
  readonly who: 'stranger' | 'token';
  readonly came:
    | { readonly is: 'answer'; readonly answer: PublicAnswer; readonly asWanted: boolean }
    | { readonly is: 'nothing'; readonly code: string };
}

/**
 * Asks both tables by the public name, as a stranger and with a token of a minute; the latter only where there is a
 * key to sign one.
 */
export async function askPublic(context: Context): Promise<readonly PublicTry[]> {
  const { config } = context;
  const stack = context.production?.stack ?? null;
  const made = stack === null ? null : await tokenFor(stack, context.signal);
  const ask = async (path: string, who: PublicTry['who']): Promise<PublicTry> => {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (who === 'token') headers.authorization = `Bearer ${made?.token}`;
    try {
      const { connectTo = null } = config.cloudflare;
      const answer = await context.web.get(
        config.publicHost,
        `${path}${query}`,
        headers,
        connectTo,
        context.signal,
      );
      return { path, who, came: { is: 'answer', answer, asWanted: isAsWanted(who, answer) } };
    } catch (error) {
      if (!(error instanceof NetworkFault)) throw error;
      return { path, who, came: { is: 'nothing', code: error.code } };
    }
  };
  return Promise.all(
    endpoints.flatMap(({ path }) => [ask(path, 'stranger'), ...(made === null ? [] : [ask(path, 'token')])]),
  );
}

export function isWell(tries: readonly PublicTry[]): boolean {
  return tries.every(({ came }) => came.is === 'answer' && came.asWanted);
}

/** One question in a line, without what the answer holds. */
export function tryWords({ path, who, came }: PublicTry, host: string): string {
  const asker = who === 'stranger' ? 'without a token' : 'with a token';
  return `https://${host}${path} ${asker}: ${came.is === 'answer' ? answerWords(came.answer) : `no answer (${came.code})`}`;
}

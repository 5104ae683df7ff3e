import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type RequestChange, shownUrl } from '../domain/change.ts';
import { ApiRefusal, type CloudflareApi } from '../domain/ports/cloudflare.ts';
import type { Processes } from '../domain/ports/host.ts';
import { RefusedRequest, type RequestSender } from '../domain/ports/requests.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Command } from '../domain/shell-script.ts';

/**
 * Returns what sends requests to Cloudflare's API. A document that has a version is read again after it was written.
 * @param api null without a token
 * @param production runs commands on the production host
 */
export function cloudflareRequests(
  api: CloudflareApi | null,
  production: () => Pick<Processes, 'run'>,
): RequestSender {
  return {
    async holds(before, signal) {
      if ('etag' in before) return false;
      const result = await api?.call('GET', before.url, null, signal);
      return 'version' in before
        ? versionIn(result) === before.version
        : isDeepStrictEqual(result, before.result);
    },
    async send(change, signal) {
      const { method, url, body, before } = change;
      if (api === null || typeof url !== 'string') throw new Error(`no access to Cloudflare for ${method}`);
      try {
        await api.call(method, url, JSON.parse(body), signal);
      } catch (error) {
        if (!(error instanceof ApiRefusal) || error.status >= 500) throw error;
        throw new RefusedRequest(error.problem, { cause: error });
      }
      if (before === null || !('version' in before)) return;
      const version = versionIn(await api.call('GET', before.url, null, signal));
      if (version === before.version + 1) return;
      const shown = await outputOf(change.overwritten, production, signal);
      throw new ProblemError(overwritten(change, before.version, version, shown));
    },
  };
}

/** Returns the version of a document at Cloudflare; null if the response has none. */
function versionIn(result: unknown): number | null {
  return z.looseObject({ version: z.int() }).safeParse(result).data?.version ?? null;
}

async function outputOf(
  command: Command | undefined,
  production: () => Pick<Processes, 'run'>,
  signal: AbortSignal,
): Promise<string> {
  if (command === undefined) return '';
  const { argv, input } = command;
  return (await production().run(argv, null, signal, undefined, { input })).stdout;
}

/**
 * Returns the problem for a write that replaced another one at the same moment.
 * @param before version of the document before the write
 * @param now version after it; null if the response has none
 * @param shown the configurations written in between, as far as the log of cloudflared shows them
 */
function overwritten(change: RequestChange, before: number, now: number | null, shown: string): Problem {
  return {
    code: 'ERP-0658',
    what: `Another client changed the tunnel's configuration at the same moment (${change.summary ?? shownUrl(change)}).`,
    why: `Expected version ${before + 1} after version ${before}, actual: ${now ?? 'none'}. The other client's change was overwritten.`,
    todo: [
      {
        text: 'The configurations that cloudflared received meanwhile are below, oldest first: restore what is missing in the dashboard.',
      },
      { text: 'Run again: erp-deploy first checks whether the route of this rollout exists.' },
    ],
    exit: exitCodes.stepFailed,
    excerpt: shown.trim() === '' ? ['(the log of cloudflared does not show it)'] : shown.trim().split('\n'),
  };
}

import { missing, type Step } from '../../domain/step.ts';
import type { Context } from '../context.ts';

const reason = 'PostgREST runs in a container; the embedded engine serves one session and no network';

/** The API over the local database: not on the embedded engine. */
export const postgrest: Step<Context> = {
  id: '2.5',
  phase: 'local-test',
  title: 'PostgREST',
  wanted: 'both endpoints answered by PostgREST',
  needs: [],
  skipReason: () => reason,
  check: async () => missing({ what: 'PostgREST', wanted: 'a container', found: reason }),
  preview: async () => [],
};

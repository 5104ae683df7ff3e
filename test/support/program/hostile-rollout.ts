import type { Reported } from '../../../src/domain/events.ts';
import { started, step01, step23 } from './events.ts';

/** Returns the events of a rollout in which every text from outside is this one. */
export function rolloutOf(text: string): readonly Reported[] {
  const lines = [text, text];
  const remedies = [{ text, command: ['erp-deploy', text] }];
  const problem = { code: 'ERP-0501', what: text, why: text, todo: remedies, exit: 4, excerpt: lines };
  const evidence = { target: 'embedded', summary: text, facts: { text } } as const;
  return [
    { ...started, workspace: `/srv/${text}`, engineReason: text },
    {
      type: 'step.planned',
      ...step01,
      state: 'change',
      summary: text,
      findings: [{ what: text, expected: text, actual: text, excerpt: lines }],
      changes: [
        {
          status: 'exact',
          kind: 'sql',
          summary: text,
          lines,
          reversible: false,
          consent: { flag: '--force', why: text, excerpt: lines },
        },
      ],
    },
    { type: 'plan.ready', changes: 1, consents: [text] },
    { type: 'step.started', ...step01 },
    { type: 'change.started', ...step01, index: 1, of: 1, summary: text },
    { type: 'output', ...step01, line: text },
    { type: 'progress', ...step01, group: 'tables', total: 1, name: text, ok: false, note: text, lines },
    { type: 'evidence', ...step01, item: '0.1#1', ...evidence },
    {
      type: 'step.finished',
      ...step01,
      outcome: 'done',
      summary: text,
      milliseconds: 1,
      open: [{ item: '0.1#1', reason: text }],
    },
    { type: 'step.status', ...step23, state: 'drifted', summary: text },
    {
      type: 'difference',
      severity: 'difference',
      kind: 'table',
      name: text,
      aspect: text,
      expected: text,
      actual: text,
      repair: [],
    },
    { type: 'behaviour', name: text, ok: false, expected: text, actual: text },
    { type: 'prerequisite', name: text, state: 'missing', actual: text, todo: remedies },
    { type: 'hop', name: text, verdict: 'broken', actual: text, todo: remedies },
    { type: 'item', line: 3, text, state: 'open', summary: text },
    { type: 'note', level: 'warning', text },
    { type: 'problem', ...step01, problem },
    { type: 'step.finished', ...step23, outcome: 'failed', summary: text, milliseconds: 1, open: [] },
    {
      type: 'rollout.finished',
      counts: { done: 1, already: 0, skipped: 0, failed: 1, stopped: 0, open: 0 },
      exit: 4,
      milliseconds: 1,
      journal: text,
    },
  ];
}

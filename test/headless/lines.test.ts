import { describe, expect, it } from 'vitest';
import type { Reported, ShownChange } from '../../src/domain/events.ts';
import { type LineOptions, lineView } from '../../src/headless/lines.ts';
import { diskFull, finishedStep, stamped, started, step01, step23 } from '../support/program/events.ts';

const quiet: LineOptions = { verbose: false, plan: false };

/** Returns the output for these events, without the head of the run. */
function said(told: readonly Reported[], options: Partial<LineOptions> = {}) {
  const view = lineView({ ...quiet, ...options });
  view(stamped(started));
  return told.map((one) => view(stamped(one)));
}
const out = (told: readonly Reported[], options: Partial<LineOptions> = {}) =>
  said(told, options).flatMap((lines) => lines.out);

const counts = { done: 12, already: 0, skipped: 15, failed: 0, stopped: 0, open: 0 };
const end: Reported = {
  type: 'rollout.finished',
  counts,
  exit: 0,
  milliseconds: 6100,
  journal: '.erp-deploy/journal.jsonl',
};

it('prints a row for each step and the counts, in columns', () => {
  const rows = out([
    finishedStep(step01, 'done', '3 folders made'),
    finishedStep({ phase: 'prepare', step: '0.4' }, 'skipped', 'no Coda_to_Postgres folder here'),
    finishedStep(
      step23,
      'done',
      '38 tables (14 erp, 24 agent), 34 keys (3 across), 28 triggers, variance_pct',
    ),
    end,
  ]);
  expect(rows.join('\n')).toBe(
    `
prepare     0.1  infrastructure          done         3 folders made
prepare     0.4  starter schema          skipped      no Coda_to_Postgres folder here
local-test  2.3  validation              done         38 tables (14 erp, 24 agent), 34 keys (3 across), 28 triggers, variance_pct
done: 12 done, 15 skipped, 0 failed in 6.1 s. Journal: /srv/portfolio/.erp-deploy/journal.jsonl
`.trim(),
  );
});

it('counts the other outcomes: unchanged, not started, items left', () => {
  const more = { done: 1, already: 2, skipped: 0, failed: 1, stopped: 3, open: 1 };
  expect(out([{ ...end, counts: more, exit: 4 }])).toEqual([
    'exit code 4: 1 done, 2 unchanged, 0 skipped, 1 failed, 3 not started in 6.1 s; 1 item left. Journal: /srv/portfolio/.erp-deploy/journal.jsonl',
  ]);
  const [line] = out([{ ...end, counts: more, exit: 4 }], {
    checklist: 'erp-deploy checklist --workspace w',
  });
  expect(line).toContain('; 1 item left (erp-deploy checklist --workspace w). Journal: ');
});

it('lists the items that a step leaves, with the reasons, with --verbose', () => {
  const open = [1, 2].map((box) => ({ item: `0.1#${box}`, reason: 'no droplet' }));
  expect(out([finishedStep(step01, 'done', '4 folders', open)])[0]).toMatch(/4 folders$/);
  expect(out([finishedStep(step01, 'done', '4 folders', open)], { verbose: true }).slice(1)).toEqual([
    '            left 0.1#1: no droplet',
    '            left 0.1#2: no droplet',
  ]);
});

it('shows the workspace and the engine', () => {
  expect(lineView(quiet)(stamped(started)).out).toEqual([
    'erp-deploy 0.1.0  /srv/portfolio',
    'engine embedded: as asked',
  ]);
});

it('prints a problem in its four parts, on stderr', () => {
  const [lines] = said([{ type: 'problem', problem: { ...diskFull, excerpt: ['compose.yml', '   ^'] } }]);
  expect(lines).toEqual({
    out: [],
    error: [
      'ERP-0402  Could not write compose.yml.',
      '  why  In the workspace, the disk is full (ENOSPC).',
      '  do   Free space in the workspace: df -h .',
      '       Run again.',
      '    compose.yml',
      '       ^',
    ],
  });
});

describe('a plan', () => {
  const change: ShownChange = {
    status: 'exact',
    kind: 'write',
    summary: 'write compose.yml',
    lines: ['+services:'],
    reversible: true,
  };
  const planned: Reported = {
    type: 'step.planned',
    ...step01,
    state: 'change',
    summary: 'folders',
    findings: [],
    changes: [change],
  };
  const ready = (changes: number, consents: readonly string[] = []): Reported => ({
    type: 'plan.ready',
    changes,
    consents,
  });

  it('is shown with every change if a plan or --verbose is requested', () => {
    expect(out([planned, ready(1)], { plan: true })).toEqual([
      'prepare     0.1  infrastructure          change       folders',
      '            + write compose.yml',
      '                +services:',
      '1 change.',
    ]);
    expect(out([planned, ready(1)])).toEqual([]);
    expect(out([planned, ready(1)], { verbose: true })).toContain('                +services:');
  });

  it('shows the number of changes, and which need separate approval', () => {
    expect(out([ready(0)], { plan: true })).toEqual(['Nothing to change.']);
    expect(out([ready(2, ['--overwrite a', '--fix-starter'])], { plan: true })).toEqual([
      '2 changes.',
      'Explicit approval needed: --overwrite a, --fix-starter',
    ]);
  });

  it('ends with the number of problems if a step is blocked, and does not claim that there is nothing to change', () => {
    const blocked: Reported = { ...planned, state: 'blocked', summary: 'no room', changes: [] };
    const found: Reported[] = [blocked, { type: 'problem', ...step01, problem: diskFull }];
    expect(out([...found, ready(0)], { plan: true })).toEqual([
      'blocked: 1 problem. run changes nothing until this is fixed.',
    ]);
    expect(out([...found, ...found.slice(1), ready(2)], { plan: true })).toEqual([
      '2 changes.',
      'blocked: 2 problems. run changes nothing until this is fixed.',
    ]);
  });

  it('leaves out satisfied steps without --verbose', () => {
    const fine: Reported = { ...planned, state: 'satisfied', summary: 'there', changes: [] };
    expect(out([fine], { plan: true })).toEqual([]);
    expect(out([fine], { plan: true, verbose: true })).toHaveLength(1);
  });

  /** The lines of one change, below its step's row. */
  const changeLines = (one: ShownChange, verbose: boolean) =>
    out([{ ...planned, changes: [one] }], { plan: true, verbose }).slice(1);

  it('marks changes that cannot be undone, or that need a flag', () => {
    const consent = { flag: '--overwrite compose.yml', why: 'yours' };
    expect(changeLines({ ...change, reversible: false, consent, lines: [] }, false)).toEqual([
      '            + write compose.yml  [not undone by rollback, needs --overwrite compose.yml]',
    ]);
  });

  it('shortens a long diff with the number of omitted lines, and shows all of it on request', () => {
    const long = { ...change, lines: Array.from({ length: 40 }, (_, index) => `+${index}`) };
    expect(changeLines(long, false)).toHaveLength(1 + 12 + 1);
    expect(changeLines(long, false).at(-1)).toContain('28 lines (--verbose shows them)');
    expect(changeLines(long, true)).toHaveLength(41);
    expect(changeLines({ ...long, kind: 'sql' }, false)).toHaveLength(2);
  });
});

it('shows output and changes during a step only with --verbose', () => {
  const meanwhile: Reported[] = [
    { type: 'step.started', ...step01 },
    { type: 'change.started', ...step01, index: 1, of: 1, summary: 'write a' },
    { type: 'output', ...step01, line: 'a line of output' },
    { type: 'evidence', ...step01, item: '0.1#1', target: 'workspace', summary: '4 folders' },
    { type: 'change.finished', ...step01, index: 1, of: 1 },
  ];
  expect(out(meanwhile)).toEqual([]);
  expect(out(meanwhile, { verbose: true })).toEqual([
    '            write a',
    '            | a line of output',
    '            0.1#1: 4 folders (workspace)',
  ]);
});

it('shows the results of the validation', () => {
  const difference = (aspect: string, wanted: string | null, found: string | null): Reported => ({
    type: 'difference',
    severity: 'difference',
    kind: 'column',
    name: 'erp.tasks.title',
    aspect,
    expected: wanted,
    actual: found,
    repair: [],
  });
  const behaviour = (ok: boolean): Extract<Reported, { type: 'behaviour' }> => ({
    type: 'behaviour',
    name: 'orphans refused',
    ok,
    expected: '34',
    actual: '33',
  });
  expect(
    out([
      difference('type', 'text', 'varchar'),
      difference('missing', 'x', null),
      behaviour(false),
      behaviour(true),
      { ...behaviour(true), notTested: 'a trigger discards the row' },
    ]),
  ).toEqual([
    'differs    column erp.tasks.title: type: expected text, actual: varchar',
    'differs    column erp.tasks.title: missing',
    'FAILS      orphans refused: expected 34, actual: 33',
    'untested   orphans refused: not tested, because a trigger discards the row',
  ]);
});

it('shows a status and a prerequisite in words', () => {
  expect(
    out([
      { type: 'step.status', ...step01, state: 'drifted', summary: 'a folder is gone' },
      {
        type: 'prerequisite',
        name: 'git',
        state: 'missing',
        actual: 'not found',
        todo: [{ text: 'Install git.' }],
      },
      { type: 'note', level: 'warning', text: 'careful' },
    ]),
  ).toEqual([
    'prepare     0.1  infrastructure          drifted      a folder is gone',
    'missing  git                    not found',
    '                                Install git.',
    'warning: careful',
  ]);
});

it('leaves out the counts for a command that is not a rollout', () => {
  const view = lineView(quiet);
  view(stamped({ ...started, command: 'plan' }));
  expect(view(stamped(end)).out).toEqual([]);
});

it('shows the round trips to the production host with --verbose only', () => {
  const traffic = { requests: 4, chain: 3, sent: 100, received: 50 };
  const events = [{ ...finishedStep(step01, 'done', 'made'), traffic }];
  const line =
    '            4 round trips to the production host, 3 one after another; 100 bytes sent, 50 received';
  expect(out(events, { verbose: true })).toContain(line);
  expect(out(events)).not.toContain(line);
});

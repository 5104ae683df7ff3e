import { expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import { initialState, reduce } from '../../src/domain/reducer.ts';
import type { Run } from '../../src/report/gather.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { localTime } from '../../src/report/times.ts';
import { diskFull, finishedStep, stamped, started, step01, step23 } from '../support/program/events.ts';

const counts = { done: 0, already: 0, skipped: 0, failed: 0, stopped: 0, open: 0 };
const ended = (exit: number): Reported => ({
  type: 'rollout.finished',
  counts,
  exit,
  milliseconds: 9,
  journal: 'j',
});

/** Returns the events of a process that started on this day, reported one event per second, and lasted ten seconds. */
function runOn(day: number, ...told: readonly Reported[]): Run {
  const from = Date.UTC(2026, 10, day);
  const events = told.map((one, second) => stamped(one, new Date(from + second * 1000).toISOString()));
  return { state: events.reduce(reduce, initialState), from, until: from + 10_000 };
}

const began = { type: 'step.started' } as const;
const first = runOn(
  22,
  started,
  { ...began, ...step01 },
  finishedStep(step01, 'done', 'made', [{ item: '0.1#1', reason: 'by hand' }]),
  { ...began, ...step23 },
  { type: 'problem', ...step23, problem: diskFull },
  finishedStep(step23, 'failed', 'full'),
  ended(4),
);
const second = runOn(
  24,
  started,
  { ...began, ...step01 },
  finishedStep(step01, 'already', 'there'),
  { ...began, ...step23 },
  finishedStep(step23, 'done', 'sound'),
  ended(0),
);

function page(rest: Partial<ReportData> = {}): string {
  return reportPage({
    project: 'shop',
    runs: [first, second],
    isUnfinished: false,
    rollback: null,
    withoutLocalTest: null,
    made: null,
    next: [],
    left: [{ id: '0.1#1', text: 'Make a folder', reason: 'by hand' }],
    evidenceOf: () => undefined,
    picture: { diagram: null, instead: null, changes: [] },
    madeAt: '2026-11-25T00:00:00.000Z',
    ...rest,
  });
}

it('counts a step once, by its result in the whole rollout', () => {
  expect(page()).toContain('<p>2 done. 1 item left. <span');
  expect(page({ runs: [first] })).toContain('<p>1 done. 1 failed. 1 item left. <span');
});

it('lists the items left with their texts, once for each reason', () => {
  const item = { reason: 'needs Docker' } as const;
  const text = page({
    left: [
      { ...item, id: '2.1#1', text: 'Start it' },
      { ...item, id: '0.2#2', text: 'Set <limits>' },
    ],
  });
  expect(text).toContain(
    '<h3>needs Docker</h3><ul><li><b>2.1#1</b> Start it</li><li><b>0.2#2</b> Set &lt;limits&gt;</li></ul>',
  );
  expect(text).toContain('2 items left.');
});

it('shows the reason for deploying without a local test, as text', () => {
  const without = '<p><b>Production without a local test of these files:</b>';
  expect(page({ withoutLocalTest: 'a <b>hotfix</b>' })).toContain(
    `${without} a &lt;b&gt;hotfix&lt;/b&gt;</p>`,
  );
  expect(page()).not.toContain(without);
});

it('omits the time between two runs in the timeline', () => {
  const text = page();
  expect(text).toContain('20.0 s of work in 2 runs.');
  expect(text).toMatch(/#step-0\.1[^%]*left:0\.00%/);
  // The step started three seconds after the second run, and twelve seconds after the first step.
  expect(text).toMatch(/#step-2\.3[^%]*left:99\.\d\d%/);
});

/** Returns the first sentences of the page and their color. */
const sentenceOf = (rest: Partial<ReportData>) => {
  const [, state, text] = /<p class="outcome (\w+)">([^<]*)</.exec(page(rest)) ?? [];
  return { state, text };
};

const production = { phase: 'production', step: '3.3' } as const;
const validation = { phase: 'production', step: '3.4' } as const;
const deployment = runOn(
  24,
  {
    ...started,
    steps: [...started.steps, { ...production, title: 'migrations' }, { ...validation, title: 'validation' }],
  },
  finishedStep(step23, 'already', 'valid'),
  finishedStep(production, 'done', '2 applied'),
  finishedStep(validation, 'done', 'valid'),
  ended(0),
);
const versioned = (step: string) =>
  step === '2.1'
    ? {
        at: '2026-11-22T10:00:00.000Z',
        evidence: [{ target: 'embedded', summary: '', facts: { version: '18.6' } } as const],
        open: [],
      }
    : { at: '2026-11-24T10:00:00.000Z', evidence: [], open: [] };

it('starts with whether the rollout was deployed and tested, and on which PostgreSQL', () => {
  expect(sentenceOf({ evidenceOf: versioned })).toEqual({
    state: 'done',
    text: 'Not deployed to production. Tested locally on PostgreSQL 18.6.',
  });
  const made = { by: ['ada@laptop'], commit: null, production: 'droplet:/srv/erp', files: [] };
  expect(sentenceOf({ runs: [deployment], evidenceOf: versioned, made })).toEqual({
    state: 'done',
    text: `Deployed to droplet:/srv/erp at ${localTime('2026-11-24T10:00:00.000Z')}, verified.`,
  });
  expect(sentenceOf({ runs: [first] })).toEqual({
    state: 'failed',
    text: 'Failed in step 2.3 validation. Not deployed to production. Not tested locally.',
  });
});

it('does not show a rollout as done if steps are left, or if it was rolled back', () => {
  expect(sentenceOf({ isUnfinished: true })).toMatchObject({
    state: 'stopped',
    text: expect.stringMatching(/^Not finished\. /),
  });
  const at = '2026-11-25T00:00:00.000Z';
  expect(sentenceOf({ rollback: { at, isWhole: true } })).toEqual({
    state: 'stopped',
    text: `Undone by a rollback at ${localTime(at)}. This report shows the state before it.`,
  });
  expect(sentenceOf({ rollback: { at, isWhole: false } }).text).toMatch(/^Partly undone by a rollback at /);
});

it('shows in the timeline when a step failed, in which run, and that it was done later', () => {
  expect(page()).toMatch(
    /<li class="problem failed">run 1, <time[^>]*>[^<]*<\/time>: <b>ERP-0402<\/b> .*; then done<\/li>/,
  );
  expect(page({ runs: [first] })).toMatch(
    /<li class="problem failed"><time[^>]*>[^<]*<\/time>: <b>ERP-0402<\/b> [^;]*<\/li>/,
  );
});

it('names the operator, the changed files, the migrations and the next command', () => {
  const made = { by: ['ada@laptop'], commit: 'c0ffee', production: null, files: ['docs/<a>.md'] };
  const facts = { migration: '001_a.sql', checksum: 'abc', appliedAt: '2026-11-22T10:00:00Z' };
  const applied = {
    at: '',
    evidence: [{ target: 'embedded', summary: '001_a.sql applied', facts } as const],
    open: [],
  };
  const next = [{ text: 'To resume', command: ['erp-deploy', 'run', '--workspace', '/a b'] }];
  const text = page({ made, next, evidenceOf: (step) => (step === '2.2' ? applied : undefined) });
  expect(text).toContain('<dt>Operator</dt><dd>ada@laptop</dd>');
  expect(text).toContain('<dt>Commit</dt><dd>c0ffee</dd>');
  expect(text).toContain('<li><code>docs/&lt;a&gt;.md</code></li>');
  expect(text).toContain(
    `<tr><th scope="row">001_a.sql</th><td><code>abc</code></td><td>${localTime(facts.appliedAt)}</td><td>no</td></tr>`,
  );
  expect(text).toContain(
    '<li>To resume<pre tabindex="0">erp-deploy run --workspace &#39;/a b&#39;</pre></li>',
  );
});

it('shows times in the time zone of this machine, with the offset', () => {
  const before = process.env.TZ;
  try {
    process.env.TZ = 'Asia/Kolkata';
    expect(localTime('2026-11-30T20:00:00.000Z')).toBe('2026-12-01 01:30:00 +05:30');
    process.env.TZ = 'America/St_Johns';
    expect(localTime('2026-11-30T20:00:00.000Z')).toBe('2026-11-30 16:30:00 -03:30');
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});

it('shows the figures of each validated database under its name', () => {
  const counted = (target: Evidence['target'], columns: number) => ({
    at: '2026-11-22',
    evidence: [
      { target, summary: '', facts: { columns } },
      { target, summary: '', facts: { columns: 0, expected_tables: '38' } },
    ],
    open: [],
  });
  const evidenceOf = (step: string) =>
    ({ '2.3': counted('docker', 400), '3.4': counted('production', 401) })[step];
  const [, told = ''] = /<h2>Validation<\/h2>([\s\S]*?)<h2>/.exec(page({ evidenceOf })) ?? [];
  expect(
    told
      .replaceAll(/<[^>]+>|\n/g, ' ')
      .replaceAll(/ +/g, ' ')
      .trim(),
  ).toBe('Local test (docker) columns 400 Production columns 401');
});

it('names the database of the diagram, and why it is not that of production', () => {
  const diagram = { of: 'the production database', tables: [], keys: [] };
  expect(page({ picture: { diagram, instead: null, changes: [] } })).toContain(
    'Schema of the production database.',
  );
  const away = page({ picture: { diagram: null, instead: 'Production is away.', changes: [] } });
  expect(away).toMatch(/Production is away\.[\s\S]*There is no database to show\./);
});

it('lists the changes recorded in the database, including those of other workspaces', () => {
  const diagram = { of: 'the production database', tables: [], keys: [] };
  const change = {
    at: '2026-11-24T09:00:00.000Z',
    change: 'apply 100_<nick>.sql to the production database',
    operator: 'ada@laptop',
    commit: 'a'.repeat(40),
    rollout: '2026-11-24T08-59-00',
  };
  const text = page({ picture: { diagram, instead: null, changes: [change] } });
  const [, listed = ''] = /<h2>Changes of the database<\/h2>([\s\S]*?)<\/table>/.exec(text) ?? [];
  expect(listed).toContain('As the production database records them, whichever workspace made them.');
  expect(listed).toContain(
    '<td>apply 100_&lt;nick&gt;.sql to the production database</td><td>ada@laptop</td>',
  );
  expect(listed).toContain('<td>aaaaaaaaaaaa</td><td>2026-11-24T08-59-00</td>');
  expect(page()).not.toContain('Changes of the database');
});

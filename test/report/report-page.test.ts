import { expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import { initialState, reduce } from '../../src/domain/reducer.ts';
import type { Run } from '../../src/report/gather.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { diskFull, finishedStep, stamped, started, step01, step23 } from '../support/program/events.ts';

const counts = { done: 0, already: 0, skipped: 0, failed: 0, stopped: 0, open: 0 };
const ended = (exit: number): Reported => ({
  type: 'rollout.finished',
  counts,
  exit,
  milliseconds: 9,
  journal: 'j',
});

/** A process that began on this day, told an event a second, and lasted ten. */
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
    left: [{ id: '0.1#1', text: 'Make a folder', reason: 'by hand' }],
    evidenceOf: () => undefined,
    picture: { diagram: null, instead: null },
    madeAt: '2026-11-25T00:00:00.000Z',
    ...rest,
  });
}

it('counts a step once, by what the whole rollout came to with it', () => {
  expect(page()).toContain('<p class="outcome done">done</p>\n<p>2 done. 1 item left. </p>');
  expect(page({ runs: [first] })).toContain(
    'ended with exit code 4</p>\n<p>1 done. 1 failed. 1 item left. </p>',
  );
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

it('says why the rollout went to production without a local test, as text', () => {
  const without = '<p><b>Production without a local test of these files:</b>';
  expect(page({ withoutLocalTest: 'a <b>hotfix</b>' })).toContain(
    `${without} a &lt;b&gt;hotfix&lt;/b&gt;</p>`,
  );
  expect(page()).not.toContain(without);
});

it('leaves the time between two runs out of the timeline', () => {
  const text = page();
  expect(text).toContain('took 20.0 s in 2 runs.');
  expect(text).toMatch(/#step-0\.1[^%]*left:0\.00%/);
  // Its turn came three seconds into the second run, twelve after the first step's.
  expect(text).toMatch(/#step-2\.3[^%]*left:99\.\d\d%/);
});

it('does not call a rollout done of which a part is left, or that was undone', () => {
  expect(page({ isUnfinished: true })).toContain('<p class="outcome stopped">not finished</p>');
  const undone = page({ rollback: { at: '2026-11-25', isWhole: true } });
  expect(undone).toContain('<p class="outcome stopped">undone by a rollback, 2026-11-25: ');
  const partly = page({ rollback: { at: '2026-11-25', isWhole: false } });
  expect(partly).toContain('<p class="outcome stopped">partly undone by a rollback, 2026-11-25: ');
});

it('tells the figures of each database that was validated under its name', () => {
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

it('says which database the diagram is of, and why it is not of production', () => {
  const diagram = { of: 'the production database', tables: [], keys: [] };
  expect(page({ picture: { diagram, instead: null } })).toContain('Schema of the production database.');
  const away = page({ picture: { diagram: null, instead: 'Production is away.' } });
  expect(away).toMatch(/Production is away\.[\s\S]*There is no database to show\./);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import { columnsOf, fitted, fittedEnd } from '../../src/screens/columns.ts';
import { press, textOf } from '../../src/screens/screens.ts';
import { stepOf } from '../../src/screens/selected-step.ts';
import type { WizardState } from '../../src/screens/state.ts';
import { stepLines } from '../../src/screens/step/step-lines.ts';
import { paneLines } from '../../src/screens/step-list/pane-lines.ts';
import { partLines } from '../../src/screens/step-list/part-lines.ts';
import { spokenText } from '../../src/screens/theme.ts';
import { printable, wrapLines, wrapText } from '../../src/screens/wrap.ts';
import { begun, questions, running, stateAfter } from '../support/wizard/wizard-state.ts';

const place = { phase: 'prepare', step: '0.2' } as const;

function stepAfter(...events: readonly Reported[]) {
  const step = stepOf(stateAfter([...begun, running, ...events]), '0.2');
  if (step === null) throw new Error('no step 0.2');
  return step;
}

const checked = (group: string, total: number, name: string, note = '', ok = true): Reported => ({
  type: 'progress',
  ...place,
  group,
  total,
  name,
  ok,
  note,
});

describe('an opened step', () => {
  it('shows expected and actual state, changes and checklist items', () => {
    const texts = stepLines(stepAfter(), null).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        'expected',
        '  what 0.2 wants',
        'actual',
        'changes',
        '  + write a',
        'checklist',
      ]),
    );
    expect(stepLines(stepAfter(), null)).toContainEqual(
      expect.objectContaining({ text: '    +one', tone: 'added' }),
    );
    expect(stepLines(stepAfter(), null)).toContainEqual(
      expect.objectContaining({ text: '    -two', tone: 'removed' }),
    );
  });

  it('labels its summary as expectation, reason of a skip, or result', () => {
    const titles = (...events: readonly Reported[]) =>
      stepLines(stepAfter(...events), null).map(({ text }) => text);
    const finished: Reported = {
      type: 'step.finished',
      ...place,
      outcome: 'done',
      summary: 'one folder',
      milliseconds: 1,
      open: [],
    };
    expect(titles(finished).slice(0, 4)).toEqual(['result', '  one folder', '', 'before']);
    expect(titles({ ...finished, outcome: 'skipped' })[0]).toBe('reason');
    expect(titles()[0]).toBe('expected');
  });

  it('that failed shows the problem, its reason and the fix, and no longer the findings of the plan', () => {
    const texts = stepLines(stepAfter(), questions.failure).map(({ text }) => text);
    expect(texts.slice(0, 3)).toEqual([
      '✖      ERP-0402',
      'what   Could not write compose.yml.',
      'why    In the workspace, the disk is full (ENOSPC).',
    ]);
    expect(texts).toContain('do     Free space in the workspace: df -h .');
    expect(texts).not.toContain('actual');
  });

  it('that needs separate approval names its flag, and the reason', () => {
    const texts = stepLines(stepAfter(), questions.consent).map(({ text }) => text);
    expect(texts[0]).toBe('a comma would be added.');
    expect(texts[1]).toContain('--fix-starter');
  });
});

describe('an object that failed its check', () => {
  const wrong = (name: string, lines: readonly string[]): Reported => {
    return { ...checked('keys', 2, name, '', false), lines } as Reported;
  };
  const events = [
    wrong('key a: missing', ['restore  alter table a;']),
    wrong('key b: missing', ['restore  b;']),
  ];

  it('is listed with the failure instead of the excerpt; the first one has details', () => {
    const failure = {
      ...questions.failure,
      problem: { ...questions.failure.problem, excerpt: ['key a, key b'] },
    };
    const texts = stepLines(stepAfter(...events), failure).map(({ text }) => text.trim());
    expect(texts.slice(1, 5)).toEqual([
      'what   Could not write compose.yml.',
      '✖ key a: missing',
      'restore  alter table a;',
      '✖ key b: missing',
    ]);
    expect(texts).not.toContain('key a, key b');
    // Below it, each object is shown with its group.
    expect(texts.slice(texts.indexOf('keys 2/2'))).toContain('restore  b;');
  });

  it('is counted in its group and in its part of the group', () => {
    const parts = [
      { name: 'erp core', total: 1 },
      { name: 'erp pattern 8', total: 1 },
      { name: 'agent memory', total: 10 },
    ];
    const planned: Reported = {
      type: 'progress.planned',
      ...place,
      groups: [{ name: 'tables', total: 12, parts }],
    };
    const table: Reported = { ...checked('tables', 12, 'erp.people'), part: 'erp core' } as Reported;
    const step = stepAfter(planned, table);
    const [group] = step.progress;
    expect(group).toMatchObject({ done: 1, failed: 0, parts: [{ done: 1 }, { done: 0 }, { done: 0 }] });
    if (group === undefined) throw new Error('no group');
    expect(partLines(group, 60).map(({ text }) => text)).toEqual([
      '  erp core 1/1 · pattern 8 0/1 · agent memory  0/10',
    ]);
    // A repeated check starts counting at zero.
    expect(stepAfter(planned, table, planned).progress[0]).toMatchObject({ done: 0 });
  });
});

describe('a step that drifted', () => {
  const status = (state: 'true' | 'drifted', rest: object): Reported => {
    return { type: 'step.status', ...place, state, summary: 'a: gone', ...rest } as Reported;
  };
  const drifted = (...events: readonly Reported[]) => stateAfter([...begun, ...events], questions.resume);

  it('is shown with expected and actual state by a key that exists only for such a step', () => {
    const state = drifted(
      status('drifted', { findings: [{ what: 'a', expected: 'a file', actual: 'gone' }] }),
    );
    const reaction = press(state, { key: 'text', text: 'd' });
    const opened = { ...state, ui: reaction.ui };
    const texts = textOf(opened)?.lines.map(({ text }) => text.trim());
    expect(texts).toEqual(
      expect.arrayContaining(['≠ 0.2 step 0.2', 'a', 'expected  a file', 'actual    gone']),
    );
    expect(press(opened, { key: 'escape' }).ui.mode.type).toBe('resume');
    expect(press(opened, { key: 'enter' }).intent).toEqual({ type: 'approve' });
    const none = drifted(status('true', {}));
    expect(press(none, { key: 'text', text: 'd' }).ui).toEqual(none.ui);
  });

  it('is shown with its problem if it is blocked by one', () => {
    const state = drifted(status('drifted', { problem: questions.failure.problem }));
    const opened = { ...state, ui: press(state, { key: 'text', text: 'd' }).ui };
    const texts = textOf(opened)?.lines.map(({ text }) => text.trim());
    expect(texts).toEqual(expect.arrayContaining(['what   Could not write compose.yml.']));
  });
});

describe('beside the list', () => {
  it('failed objects come first, then marked ones, then the newest', () => {
    const step = stepAfter(
      checked('keys', 4, 'a → b'),
      checked('keys', 4, 'c → d', '⇄ across schemas'),
      checked('keys', 4, 'e → f', '', false),
      checked('keys', 4, 'g → h'),
    );
    const texts = paneLines(step, 40, 3).map(({ text }) => text);
    expect(texts).toEqual(['✖ e → f', '✔ c → d  ⇄ across schemas', '✔ g → h']);
  });

  it('a mark is kept if the name has to be cut', () => {
    const step = stepAfter(checked('keys', 9, 'a.very.long.name.of.a.key → b.c', '⇄ across schemas'));
    expect(paneLines(step, 20, 3)[0]?.text).toBe('✔ a.very.long.nam… ⇄');
  });

  it('objects that do not fit are counted, without a key to show them, because Enter may answer the question about the plan', () => {
    const changes = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
      status: 'exact' as const,
      kind: 'write' as const,
      summary: `write ${name}`,
      lines: [],
      reversible: true,
    }));
    const planned: Reported = {
      type: 'step.planned',
      ...place,
      state: 'change',
      summary: '',
      findings: [],
      changes,
    };
    expect(paneLines(stepAfter(planned), 40, 3).at(-1)?.text).toMatch(/^… \d more when opened$/);
  });

  it('never needs more rows than it has', () => {
    fc.assert(
      fc.property(
        fc.nat(12),
        fc.integer({ min: 10, max: 80 }),
        fc.array(fc.string({ unit: 'grapheme' })),
        (room, width, lines) => {
          const output = lines.map((line): Reported => ({ type: 'output', ...place, line }));
          const change: Reported = { type: 'change.started', ...place, index: 1, of: 2, summary: 'write a' };
          const shown = paneLines(stepAfter(change, ...output), width, room);
          expect(shown.length).toBeLessThanOrEqual(room);
        },
      ),
    );
  });
});

describe('a text that is too long', () => {
  it('is broken at blanks, after slashes, or anywhere, and continues under its beginning', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapText('  one two', 6, '  ')).toEqual(['  one', '  two']);
    expect(wrapText('services/postgres-erp/.env', 22)).toEqual(['services/postgres-erp/', '.env']);
    expect(wrapText('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  });

  it('is broken in time proportional to its length', () => {
    expect(wrapText('x'.repeat(1_000_000), 80, '    ')).toHaveLength(13_158);
  });

  it('fits after wrapping, and loses only blanks', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 8, max: 40 }),
        (text, width) => {
          const lines = wrapLines([{ text, tone: 'plain' }], width).map((line) => line.text);
          expect(lines.join('').replace(/\s/g, '')).toBe(printable(text).replace(/\s/g, ''));
          for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('counts a joined emoji as one character of two columns, and never splits it', () => {
    const family = '👨\u200d👩\u200d👧';
    expect(columnsOf(family)).toBe(2);
    expect(printable(`\u200b${family}\u2066`)).toBe(family);
    expect(wrapText(family.repeat(3), 4)).toEqual([family.repeat(2), family]);
    expect(fitted(family.repeat(3), 5)).toBe(`${family.repeat(2)}…`);
    expect(fittedEnd(`/srv/${family}`, 5)).toBe(`…v/${family}`);
    expect(columnsOf('e\u0301')).toBe(1);
    expect(wrapText('e\u0301'.repeat(5), 2)).toEqual(['e\u0301e\u0301', 'e\u0301e\u0301', 'e\u0301']);
  });

  it('is cut to its width, with a mark', () => {
    expect(fitted('abcdef', 4)).toBe('abc…');
    expect(fitted('漢字漢字', 5)).toBe('漢字…');
    expect(fitted('ab', 4)).toBe('ab  ');
    expect(fittedEnd('/srv/portfolio', 6)).toBe('…folio');
    expect(fittedEnd('/srv', 6)).toBe('/srv');
  });
});

it('contains no characters that control a terminal', () => {
  expect(printable('\x1b[31mred\x1b[0m\tand\x1b]0;title\x07 \x1b[2Jclear\r\b\u200b')).toBe(
    'red    and clear',
  );
});

it('a screen reader gets words instead of symbols', () => {
  expect(spokenText('  ✔ a.b → c.d  ⇄ across schemas')).toBe('  ok: a.b to c.d  across schemas');
  expect(spokenText('✖ 2.3 validation')).toBe('failed: 2.3 validation');
});

it('selects a failed step, and describes it as failed', () => {
  const state: WizardState = stateAfter([...begun, running], questions.failure);
  expect(stepOf(state)).toMatchObject({
    id: '0.2',
    state: 'failed',
    summary: 'Could not write compose.yml.',
  });
});

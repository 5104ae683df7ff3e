import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Told } from '../../src/domain/events.ts';
import { paneLines } from '../../src/screens/rollout/pane-lines.ts';
import { stepLines } from '../../src/screens/step/step-lines.ts';
import { spokenText } from '../../src/screens/theme.ts';
import { stepOf, type WizardState } from '../../src/screens/ui.ts';
import { columnsOf, fitted, printable, wrapLines, wrapText } from '../../src/screens/wrap.ts';
import { begun, questions, running, stateAfter } from '../support/wizard-state.ts';

const place = { phase: 'prepare', step: '0.2' } as const;

function stepAfter(...events: readonly Told[]) {
  const step = stepOf(stateAfter([...begun, running, ...events]), '0.2');
  if (step === null) throw new Error('no step 0.2');
  return step;
}

const looked = (group: string, total: number, name: string, note = '', ok = true): Told => ({
  type: 'progress',
  ...place,
  group,
  total,
  name,
  ok,
  note,
});

describe('an opened step', () => {
  it('tells what is wanted, found and changed, and the words of the checklist', () => {
    const texts = stepLines(stepAfter(), null).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining(['wanted', '  what 0.2 wants', 'found', 'change', '  write a', 'checklist']),
    );
    expect(stepLines(stepAfter(), null)).toContainEqual(
      expect.objectContaining({ text: '    +one', tone: 'added' }),
    );
    expect(stepLines(stepAfter(), null)).toContainEqual(
      expect.objectContaining({ text: '    -two', tone: 'removed' }),
    );
  });

  it('that failed tells what, why and what to do, and nothing that the plan found before', () => {
    const texts = stepLines(stepAfter(), questions.failure).map(({ text }) => text);
    expect(texts.slice(0, 3)).toEqual([
      '✖      ERP-0402',
      'what   Could not write compose.yml.',
      'why    In the workspace, the disk is full (ENOSPC).',
    ]);
    expect(texts).toContain('do     Make room in the workspace: df -h .');
    expect(texts).not.toContain('found');
  });

  it('that asks for a consent names it, and what it is about', () => {
    const texts = stepLines(stepAfter(), questions.consent).map(({ text }) => text);
    expect(texts[0]).toBe('a comma would be added.');
    expect(texts[1]).toContain('--fix-starter');
  });
});

describe('beside the list', () => {
  it('what is wrong comes first, then what is marked, then the newest', () => {
    const step = stepAfter(
      looked('keys', 4, 'a → b'),
      looked('keys', 4, 'c → d', '⇄ across schemas'),
      looked('keys', 4, 'e → f', '', false),
      looked('keys', 4, 'g → h'),
    );
    const texts = paneLines(step, 40, 3).map(({ text }) => text);
    expect(texts).toEqual(['✖ e → f', '✔ c → d  ⇄ across schemas', '✔ g → h']);
  });

  it('a mark is kept where the name has to be cut', () => {
    const step = stepAfter(looked('keys', 9, 'a.very.long.name.of.a.key → b.c', '⇄ across schemas'));
    expect(paneLines(step, 20, 3)[0]?.text).toBe('✔ a.very.long.nam… ⇄');
  });

  it('never takes more room than there is', () => {
    fc.assert(
      fc.property(
        fc.nat(12),
        fc.integer({ min: 10, max: 80 }),
        fc.array(fc.string({ unit: 'grapheme' })),
        (room, width, lines) => {
          const output = lines.map((line): Told => ({ type: 'output', ...place, line }));
          const change: Told = { type: 'change.started', ...place, index: 1, of: 2, summary: 'write a' };
          const shown = paneLines(stepAfter(change, ...output), width, room);
          expect(shown.length).toBeLessThanOrEqual(room);
        },
      ),
    );
  });
});

describe('a text that is too long', () => {
  it('is broken at blanks, behind slashes, or anywhere, and continues below its beginning', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapText('  one two', 6, '  ')).toEqual(['  one', '  two']);
    expect(wrapText('services/postgres-erp/.env', 22)).toEqual(['services/postgres-erp/', '.env']);
    expect(wrapText('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  });

  it('loses nothing but blanks, and fits', () => {
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

  it('is cut to its place with a sign that it was', () => {
    expect(fitted('abcdef', 4)).toBe('abc…');
    expect(fitted('漢字漢字', 5)).toBe('漢字…');
    expect(fitted('ab', 4)).toBe('ab  ');
  });
});

it('what a terminal would obey is not drawn', () => {
  expect(printable('\x1b[31mred\x1b[0m\tand\x1b]0;title\x07 \x1b[2Jclear\r\b\u200b')).toBe(
    'red    and clear',
  );
});

it('a screen reader is told words for signs', () => {
  expect(spokenText('  ✔ a.b → c.d  ⇄ across schemas')).toBe('  ok: a.b to c.d  across schemas');
  expect(spokenText('✖ 2.3 validation')).toBe('wrong: 2.3 validation');
});

it('the step that is looked at is the failed one, and says so', () => {
  const state: WizardState = stateAfter([...begun, running], questions.failure);
  expect(stepOf(state)).toMatchObject({
    id: '0.2',
    state: 'failed',
    summary: 'Could not write compose.yml.',
  });
});

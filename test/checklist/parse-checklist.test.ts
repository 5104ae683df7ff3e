import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { knownItems, matchItems } from '../../src/checklist/match-items.ts';
import { checkOff, parseChecklist } from '../../src/checklist/parse-checklist.ts';

const bundled = readFileSync(new URL('../../assets/data/checklist.md', import.meta.url), 'utf8');
const textsIn = (text: string) => parseChecklist(text).map((box) => box.text);

describe('the checklist that comes with erp-deploy', () => {
  test('has 176 boxes, each of which is known by its section and its words', () => {
    const matched = matchItems(parseChecklist(bundled));
    expect(matched).toHaveLength(176);
    expect(matched.map(({ known }) => known?.id)).toEqual(knownItems.map(({ id }) => id));
  });

  test('ticked throughout differs by nothing but 176 marks', () => {
    const ticked = checkOff(bundled, parseChecklist(bundled));
    expect(ticked.length).toBe(bundled.length);
    expect([...ticked].filter((character, place) => character !== bundled[place])).toHaveLength(176);
    expect(ticked.replaceAll('- [x]', '- [ ]')).toBe(bundled);
  });
});

describe('boxes', () => {
  test('are found in nested lists of every marker, and know where they stand', () => {
    const text = '### 0.1 One\n- [ ] a\n  * [x] b\n    1. [X] c\n\n### 0.2 Two\n+ [ ] d\n';
    expect(parseChecklist(text)).toMatchObject([
      { section: '0.1', text: 'a', ticked: false, line: 2 },
      { section: '0.1', text: 'b', ticked: true, line: 3 },
      { section: '0.1', text: 'c', ticked: true, line: 4 },
      { section: '0.2', text: 'd', ticked: false, line: 7 },
    ]);
  });

  test('are none in fenced code, indented code, comments, quotations and plain words', () => {
    const text = [
      '### 0.1 One',
      '```',
      '- [ ] fenced',
      '~~~',
      '- [ ] still fenced',
      '```',
      '- [ ] real',
      '  ~~~yaml',
      '  - [ ] in a list',
      '  ~~~',
      '',
      '<!--',
      '- [ ] commented',
      '-->',
      '> - [ ] quoted',
      '',
      'A word on - [ ] nothing, and [ ] neither',
      '',
      '    - [ ] indented',
    ].join('\n');
    expect(textsIn(text)).toEqual(['real']);
  });

  test('keep their words where an editor wrapped them', () => {
    expect(textsIn('### 2.1 x\n- [ ] Verify postgres-erp running:\n  `docker ps`\n  - detail\n')).toEqual([
      'Verify postgres-erp running: `docker ps`',
    ]);
  });

  test('below a heading without a number belong to no section', () => {
    expect(parseChecklist('### 0.1 One\n## Phase 1\n- [ ] a\n')).toMatchObject([{ section: null }]);
  });

  test('are ticked without touching Windows line ends, a byte order mark, or blanks at the end of a line', () => {
    const text = '\uFEFF### 0.1 One\r\n- [ ] Create directory structure:  \r\n\t- [ ]\tdeep \r\n';
    const boxes = parseChecklist(text);
    expect(boxes.map((box) => box.text)).toEqual(['Create directory structure:', 'deep']);
    expect(checkOff(text, boxes)).toBe(text.replaceAll('[ ]', '[x]'));
  });

  test('whatever the text, ticking changes marks of boxes alone', () => {
    const line = fc.constantFrom(
      '- [ ] a',
      '  - [x] b',
      '```',
      '    - [ ] c',
      '### 0.1 x',
      '',
      '> - [ ] q',
      '<!--',
      '-->',
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const text = lines.join(end);
        const boxes = parseChecklist(text);
        const ticked = checkOff(text, boxes);
        expect(ticked.replaceAll('[x]', '[ ]')).toBe(text.replaceAll('[x]', '[ ]'));
        expect(parseChecklist(ticked)).toEqual(boxes.map((box) => ({ ...box, ticked: true })));
      }),
    );
  });
});

describe('a box is known', () => {
  const idOf = (text: string) => matchItems(parseChecklist(text)).map(({ known }) => known?.id ?? null);

  test('whatever a formatter did to its quotes, code marks and case', () => {
    expect(idOf('### 4.1 Inventory\n* [ ] update “Current Database State” section.\n')).toEqual(['4.1#4']);
  });

  test('by its place among equal ones of its section', () => {
    const twice = '- [ ] Check for errors in output\n';
    expect(idOf(`### 2.2 Migrations\n${twice}${twice}${twice}`)).toEqual(['2.2#2', '2.2#4', null]);
  });

  test('in its own section alone, and in no other words', () => {
    expect(idOf('### 3.2 x\n- [ ] Check for errors in output\n')).toEqual([null]);
    expect(idOf('### 2.3 x\n- [ ] Verify table counts: 14 erp + 24 agent = 38 total\n')).toEqual([null]);
  });
});

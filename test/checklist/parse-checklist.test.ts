import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { knownItems, matchItems } from '../../src/checklist/match-items.ts';
import { checkOff, parseChecklist } from '../../src/checklist/parse-checklist.ts';

const bundled = readFileSync(new URL('../../assets/data/checklist.md', import.meta.url), 'utf8');
const textsIn = async (text: string) => (await parseChecklist(text)).map((box) => box.text);

describe('the checklist that comes with erp-deploy', () => {
  test('has 176 boxes, each of which is known by its section and its text', async () => {
    const matched = matchItems(await parseChecklist(bundled));
    expect(matched).toHaveLength(176);
    expect(matched.map(({ known }) => known?.id)).toEqual(knownItems.map(({ id }) => id));
  });

  test('ticked throughout differs by nothing but 176 marks', async () => {
    const ticked = checkOff(bundled, await parseChecklist(bundled));
    expect(ticked.length).toBe(bundled.length);
    expect([...ticked].filter((character, place) => character !== bundled[place])).toHaveLength(176);
    expect(ticked.replaceAll('- [x]', '- [ ]')).toBe(bundled);
  });
});

describe('boxes', () => {
  test('are found in nested lists of every marker, and know where they stand', async () => {
    const text = '### 0.1 One\n- [ ] a\n  * [x] b\n    1. [X] c\n\n### 0.2 Two\n+ [ ] d\n';
    expect(await parseChecklist(text)).toMatchObject([
      { section: '0.1', text: 'a', ticked: false, line: 2 },
      { section: '0.1', text: 'b', ticked: true, line: 3 },
      { section: '0.1', text: 'c', ticked: true, line: 4 },
      { section: '0.2', text: 'd', ticked: false, line: 7 },
    ]);
  });

  test('are none in fenced code, indented code, comments, quotations and plain words', async () => {
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
    expect(await textsIn(text)).toEqual(['real']);
  });

  test('keep their words where an editor wrapped them', async () => {
    expect(
      await textsIn('### 2.1 x\n- [ ] Verify postgres-erp running:\n  `docker ps`\n  - detail\n'),
    ).toEqual(['Verify postgres-erp running: `docker ps`']);
  });

  test('are found below a line that opens and closes with three backticks', async () => {
    const text = '### 0.1 One\n```npm ci``` runs first\n- [ ] a\n- [ ] ```npm ci``` ran\n- [ ] b\n';
    expect(await textsIn(text)).toEqual(['a', '```npm ci``` ran', 'b']);
  });

  test('are found below a fence that ends with its list item, in a list within a list, and after a lone CR', async () => {
    expect(await textsIn('- [ ] a\n  ```\n  open\n- [ ] b\n')).toEqual(['a', 'b']);
    expect(await textsIn('- - [ ] a\n1. * [x] b\n')).toEqual(['a', 'b']);
    expect(await textsIn('- [ ] a\r- [ ] b\r')).toEqual(['a', 'b']);
  });

  test('are none in HTML, and below a closing fence that is indented as code', async () => {
    expect(await textsIn('<details>\n- [ ] a\n</details>\n\n<pre>\n\n- [ ] b\n</pre>\n')).toEqual([]);
    expect(await textsIn('```\n    ```\n- [ ] a\n')).toEqual([]);
  });

  test('below a heading without a number belong to no section', async () => {
    expect(await parseChecklist('### 0.1 One\n## Phase 1\n- [ ] a\n')).toMatchObject([{ section: null }]);
  });

  test('are ticked without touching Windows line ends, a byte order mark, or blanks at the end of a line', async () => {
    const text = '\uFEFF### 0.1 One\r\n- [ ] Create directory structure:  \r\n\t- [ ]\tdeep \r\n';
    const boxes = await parseChecklist(text);
    expect(boxes.map((box) => box.text)).toEqual(['Create directory structure:', 'deep']);
    expect(checkOff(text, boxes)).toBe(text.replaceAll('[ ]', '[x]'));
  });

  test('whatever the text, ticking changes marks of boxes alone', async () => {
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
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.constantFrom('\n', '\r\n'), async (lines, end) => {
        const text = lines.join(end);
        const boxes = await parseChecklist(text);
        const ticked = checkOff(text, boxes);
        expect(ticked.replaceAll('[x]', '[ ]')).toBe(text.replaceAll('[x]', '[ ]'));
        expect(await parseChecklist(ticked)).toEqual(boxes.map((box) => ({ ...box, ticked: true })));
      }),
    );
  });
});

describe('a box is known', () => {
  const idOf = async (text: string) =>
    matchItems(await parseChecklist(text)).map(({ known }) => known?.id ?? null);

  test('whatever a formatter did to its quotes, code marks and case', async () => {
    expect(await idOf('### 4.1 Inventory\n* [ ] update “Current Database State” section.\n')).toEqual([
      '4.1#4',
    ]);
  });

  test.each([
    ['Windows-1252', '\u00e2\u2020\u2019'],
    ['Windows-1252, with its quote made straight', "\u00e2\u2020'"],
    ['Mac OS Roman', '\u201a\u00dc\u00ed'],
    ['Windows-1252 twice', '\u00c3\u00a2\u00e2\u20ac\u00a0\u00e2\u20ac\u2122'],
    ['a program that knows ASCII only', '?'],
  ])('if its arrow was misread as %s', async (_, arrow) => {
    const known = knownItems.find(({ text }) => text.includes('\u2192'));
    const text = (known?.text ?? '').replaceAll('\u2192', arrow);
    expect(await idOf(`### ${known?.step} x\n- [ ] ${text}\n`)).toEqual([known?.id]);
  });

  test('by its place among equal ones of its section', async () => {
    const twice = '- [ ] Check for errors in output\n';
    expect(await idOf(`### 2.2 Migrations\n${twice}${twice}${twice}`)).toEqual(['2.2#2', '2.2#4', null]);
  });

  test('in its own section alone, and in no other words', async () => {
    expect(await idOf('### 3.2 x\n- [ ] Check for errors in output\n')).toEqual([null]);
    expect(await idOf('### 2.3 x\n- [ ] Verify table counts: 14 erp + 24 agent = 38 total\n')).toEqual([
      null,
    ]);
  });
});

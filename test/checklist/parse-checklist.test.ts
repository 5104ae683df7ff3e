import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { knownItems, matchItems } from '../../src/checklist/match-items.ts';
import { checkOff, parseChecklist } from '../../src/checklist/parse-checklist.ts';

const bundled = readFileSync(new URL('../../assets/data/checklist.md', import.meta.url), 'utf8');
const textsIn = async (text: string) => (await parseChecklist(text)).map((box) => box.text);

describe('the checklist that comes with erp-deploy', () => {
  test('has 176 items, each identified by its section and its text', async () => {
    const matched = matchItems(await parseChecklist(bundled));
    expect(matched).toHaveLength(176);
    expect(matched.map(({ known }) => known?.id)).toEqual(knownItems.map(({ id }) => id));
  });

  test('differs only in 176 marks after all items are checked off', async () => {
    const ticked = checkOff(bundled, await parseChecklist(bundled));
    expect(ticked.length).toBe(bundled.length);
    expect([...ticked].filter((character, place) => character !== bundled[place])).toHaveLength(176);
    expect(ticked.replaceAll('- [x]', '- [ ]')).toBe(bundled);
  });
});

describe('items', () => {
  test('are found in nested lists of every marker, with their position', async () => {
    const text = '### 0.1 One\n- [ ] a\n  * [x] b\n    1. [X] c\n\n### 0.2 Two\n+ [ ] d\n';
    expect(await parseChecklist(text)).toMatchObject([
      { section: '0.1', text: 'a', ticked: false, line: 2 },
      { section: '0.1', text: 'b', ticked: true, line: 3 },
      { section: '0.1', text: 'c', ticked: true, line: 4 },
      { section: '0.2', text: 'd', ticked: false, line: 7 },
    ]);
  });

  test('are not found in fenced code, indented code, comments, quotations and plain text', async () => {
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

  test('keep their text if an editor wrapped it', async () => {
    expect(
      await textsIn('### 2.1 x\n- [ ] Verify postgres-erp running:\n  `docker ps`\n  - detail\n'),
    ).toEqual(['Verify postgres-erp running: `docker ps`']);
  });

  test('are found after a line that opens and closes with three backticks', async () => {
    const text = '### 0.1 One\n```npm ci``` runs first\n- [ ] a\n- [ ] ```npm ci``` ran\n- [ ] b\n';
    expect(await textsIn(text)).toEqual(['a', '```npm ci``` ran', 'b']);
  });

  test('are found after a fence that ends with its list item, in a nested list, and after a lone CR', async () => {
    expect(await textsIn('- [ ] a\n  ```\n  open\n- [ ] b\n')).toEqual(['a', 'b']);
    expect(await textsIn('- - [ ] a\n1. * [x] b\n')).toEqual(['a', 'b']);
    expect(await textsIn('- [ ] a\r- [ ] b\r')).toEqual(['a', 'b']);
  });

  test('are not found in HTML, or after a closing fence that is indented as code', async () => {
    expect(await textsIn('<details>\n- [ ] a\n</details>\n\n<pre>\n\n- [ ] b\n</pre>\n')).toEqual([]);
    expect(await textsIn('```\n    ```\n- [ ] a\n')).toEqual([]);
  });

  test('under a heading without a number belong to no section', async () => {
    expect(await parseChecklist('### 0.1 One\n## Phase 1\n- [ ] a\n')).toMatchObject([{ section: null }]);
  });

  test('are checked off without changes to Windows line ends, a byte order mark, or trailing blanks', async () => {
    const text = '\uFEFF### 0.1 One\r\n- [ ] Create directory structure:  \r\n\t- [ ]\tdeep \r\n';
    const boxes = await parseChecklist(text);
    expect(boxes.map((box) => box.text)).toEqual(['Create directory structure:', 'deep']);
    expect(checkOff(text, boxes)).toBe(text.replaceAll('[ ]', '[x]'));
  });

  test('in any text, checking off changes only the marks of items', async () => {
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

describe('an item is identified', () => {
  const idOf = async (text: string) =>
    matchItems(await parseChecklist(text)).map(({ known }) => known?.id ?? null);

  test('even if a formatter changed its quotes, code marks and case', async () => {
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

  test('by its position among equal items of its section', async () => {
    const twice = '- [ ] Check for errors in output\n';
    expect(await idOf(`### 2.2 Migrations\n${twice}${twice}${twice}`)).toEqual(['2.2#2', '2.2#4', null]);
  });

  test('only in its own section, and only by its own text', async () => {
    expect(await idOf('### 3.2 x\n- [ ] Check for errors in output\n')).toEqual([null]);
    expect(await idOf('### 2.3 x\n- [ ] Verify table counts: 14 erp + 24 agent = 38 total\n')).toEqual([
      null,
    ]);
  });
});

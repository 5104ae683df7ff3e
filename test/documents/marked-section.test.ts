import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSection, withSection } from '../../src/documents/marked-section.ts';

const mine = '# Mine\n\nWords of my own, without an end';

describe('a section', () => {
  test('is added once after the text of the user, and keeps every byte of it', () => {
    const once = withSection(mine, 'docs', 'First.');
    expect(once.startsWith(`${mine}\n\n<!-- erp-deploy:begin docs `)).toBe(true);
    const twice = withSection(once, 'docs', 'Second.');
    expect(twice.match(/erp-deploy:begin/g)).toHaveLength(1);
    expect(twice).toContain('Second.');
    expect(twice).not.toContain('First.');
  });

  test('is replaced in place; the text of the user before and after it is unchanged', () => {
    const text = `${withSection(mine, 'docs', 'First.')}\nAnd this behind it.\n`;
    const changed = withSection(text, 'docs', 'Second,\n\nlonger.');
    expect(changed.startsWith(mine)).toBe(true);
    expect(changed.endsWith('\nAnd this behind it.\n')).toBe(true);
    expect(withSection(changed, 'docs', 'First.')).toBe(text);
  });

  test('uses the line ends of the file, and is recognized with both kinds', () => {
    const windows = withSection('# Mine\r\n', 'docs', 'One\ntwo');
    expect(windows.replaceAll('\r\n', '')).not.toContain('\n');
    expect(findSection(windows, 'docs')).toMatchObject({ state: 'found', intact: true, body: 'One\ntwo' });
    expect(findSection(windows.replaceAll('\r\n', '\n'), 'docs')).toMatchObject({ intact: true });
  });

  test('is found and recognized as edited after a user edited it', () => {
    const edited = withSection(mine, 'docs', '14 tables.').replace('14 tables', '15 tables');
    expect(findSection(edited, 'docs')).toMatchObject({ state: 'found', intact: false, body: '15 tables.' });
  });

  test('ignores marks in fenced code, and those of another section', () => {
    const text = `\`\`\`md\n${withSection('', 'docs', 'x')}\`\`\`\n${withSection('', 'other', 'y')}`;
    expect(findSection(text, 'docs')).toEqual({ state: 'none' });
    expect(findSection(text, 'other')).toMatchObject({ state: 'found', body: 'y' });
  });

  test.each([
    ['an end without a begin', (text: string) => text.replace(/<!-- erp-deploy:begin.*-->\n/, '')],
    ['a begin without an end', (text: string) => text.replace(/<!-- erp-deploy:end.*-->\n/, '')],
    ['a second section of this name', (text: string) => text + text],
    ['a begin within another', (text: string) => text.replace('x', '<!-- erp-deploy:begin docs -->')],
  ])('with marks that do not pair is reported with its line: %s', (why, damage) => {
    const found = findSection(damage(withSection('', 'docs', 'x')), 'docs');
    expect(found).toMatchObject({ state: 'broken', why });
  });

  test('is found unchanged in any text of the user, which is kept', () => {
    const line = fc.constantFrom('# a', '', 'words', '- [ ] b', '<!-- note -->', '| a | b |');
    const text = fc.array(line).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, text, (before, body, behind) => {
        const trimmed = body.trim();
        const whole = withSection(before, 'docs', trimmed) + behind;
        expect(findSection(whole, 'docs')).toMatchObject({ state: 'found', intact: true, body: trimmed });
        expect(whole.startsWith(before)).toBe(true);
        expect(withSection(whole, 'docs', trimmed)).toBe(whole);
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { starterSchema } from '../../../src/tasks/prepare/0.4-starter-schema.ts';
import type { Context } from '../../../src/workspace/context.ts';
import { starterText } from '../../database/starter-schema/starter-text.ts';
import { MemoryFiles } from '../../support/disk/memory-files.ts';

const path = 'starter.sql';
const contextWith = (text: string) => {
  const seen = {
    files: new MemoryFiles().put(path, text),
    config: { starterSchema: path },
    memory: { wrote: () => false },
  };
  // The parts of the context that the step reads.
  return seen as unknown as Context;
};
const caretUnder = (word: string) => new RegExp(`^> 124 \\|( +)${word}.*\\n {6}\\|\\1\\^$`, 'm');

describe('the missing comma', () => {
  test('is shown with line, column and caret in the finding, in the question for approval, and in the note', async () => {
    const context = contextWith(starterText);
    const look = await starterSchema.check(context);
    const [finding] = look.state === 'missing' ? look.findings : [];
    expect(finding).toMatchObject({ what: `${path}, line 123, column 50` });
    expect(finding?.excerpt?.[0]).toContain('line 124, column 3: syntax error at or near "session_type"');
    expect(finding?.excerpt?.join('\n')).toMatch(caretUnder('session_type'));
    const changes = await starterSchema.preview(context);
    const [note, fix] = 'code' in changes ? [] : changes;
    expect(fix?.consent?.excerpt).toEqual(finding?.excerpt);
    const written = JSON.stringify(note);
    for (const line of finding?.excerpt?.slice(1) ?? []) {
      expect(written).toContain(JSON.stringify(line).slice(1, -1));
    }
  });

  test('does not hide other faults', async () => {
    const context = contextWith(`${starterText}\ncreat table c ();`);
    const look = await starterSchema.check(context);
    const findings = look.state === 'missing' ? look.findings : [];
    expect(findings[1]).toMatchObject({ actual: 'syntax error at or near "creat"' });
    expect(JSON.stringify(await starterSchema.preview(context))).toContain('> 135 | creat table c ();');
  });
});

test('another fault leaves its item open, with line, column and caret', async () => {
  const look = await starterSchema.check(contextWith('select 1;\nselect a\n  frm b;\nselect 2;'));
  expect(look).toMatchObject({
    state: 'satisfied',
    summary: 'no comma is missing; line 3, column 7 cannot be parsed: syntax error at or near "b"',
    open: [
      {
        item: '0.4#3',
        reason: [
          'PostgreSQL cannot parse the starter schema:',
          `${path}, line 3, column 7: syntax error at or near "b"`,
          '  2 | select a',
          '> 3 |   frm b;',
          '    |       ^',
          '  4 | select 2;',
        ].join('\n'),
      },
    ],
  });
});

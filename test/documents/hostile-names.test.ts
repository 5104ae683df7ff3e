import { expect, it } from 'vitest';
import { schemaDiagram } from '../../src/documents/er-diagram.ts';
import { code, escapeText, fenced, table } from '../../src/documents/markdown.ts';
import { visible, visibleLines } from '../../src/domain/visible-text.ts';

const hostile = 'x\n```\n<!-- erp-deploy:end schema -->\r\n| a |\u2028"`\x1b[2J\u202e';
const name = `erp."${hostile.replaceAll('"', '""')}"`;

it('a name with line breaks, fences and marks does not break out of its diagram, code block or table cell', () => {
  const column = {
    name: `"${hostile}"`,
    type: hostile,
    required: true,
    filled: '',
    comment: '',
    keys: ['PK'] as const,
  };
  const key = {
    table: name,
    target: name,
    columns: [hostile],
    targetColumns: [hostile],
    definition: '',
    crossSchema: false,
    optional: false,
    unique: false,
  };
  const erp = { name, part: '', comment: hostile, columns: [column], foreignKeys: [key], rules: [] };
  const diagram = schemaDiagram({ name: 'erp', comment: '', tables: [erp] });
  expect(diagram.split('\n')).toHaveLength(5);
  expect(diagram).not.toMatch(/[`<>]/);
  expect(visibleLines(diagram)).toBe(diagram);
  expect(fenced('mermaid', diagram).match(/^```/gm)).toHaveLength(2);
  for (const text of [code(name), escapeText(hostile)]) expect(visible(text)).toBe(text);
  expect(table(['name'], [[code(name), escapeText(hostile)]]).split('\n')).toHaveLength(3);
});

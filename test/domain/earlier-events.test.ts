import { expect, it } from 'vitest';
import { upgradedEvent } from '../../src/domain/earlier-events.ts';
import { eventSchema } from '../../src/domain/events.ts';

const at = '2026-11-22T21:04:00.000Z';
const problem = { code: 'ERP-0301', what: 'a', why: 'b', todo: ['See: erp-deploy plan'], exit: 3 };

it('reads the events of version 1, which have plain texts in todo and other names', () => {
  const told = [
    { v: 1, at, type: 'problem', problem },
    {
      v: 1,
      at,
      type: 'prerequisite',
      name: 'git',
      state: 'missing',
      found: 'not found',
      todo: ['Install it.'],
    },
    { v: 1, at, type: 'box', line: 3, text: 'x', box: '2.3#1', state: 'open', summary: 'y' },
    {
      v: 1,
      at,
      type: 'evidence',
      phase: 'docs',
      step: '4.1',
      box: '4.1#1',
      target: 'workspace',
      summary: 's',
      facts: { found: 1 },
    },
    { v: 1, at, type: 'note', level: 'info', text: 'Nothing was changed.' },
  ];
  const read = told.map((event) => eventSchema.parse(upgradedEvent(event)));
  expect(read).toMatchObject([
    { v: 2, problem: { what: 'a', todo: [{ text: 'See: erp-deploy plan' }] } },
    { v: 2, actual: 'not found', todo: [{ text: 'Install it.' }] },
    { v: 2, type: 'item', item: '2.3#1' },
    { v: 2, item: '4.1#1', facts: { found: 1 } },
    { v: 2, text: 'Nothing was changed.' },
  ]);
});

it('does not change an event of this version or of a newer one', () => {
  for (const event of [{ v: 2, at, type: 'problem', problem: { ...problem, todo: [] } }, { v: 3 }, null, 'x'])
    expect(upgradedEvent(event)).toBe(event);
});

import { expect, test } from 'vitest';
import { anywhere } from '../../src/checklist/items.ts';
import { behaviourEvidence, untestedItems } from '../../src/schema/validation-evidence.ts';

const inserted = (table: string) => ({
  name: `insert into ${table}`,
  ok: true,
  expected: 'accepted',
  actual: 'accepted',
});
const items = {
  'insert into erp.people': anywhere('2.4#6'),
  'insert into agent.sessions': anywhere('2.4#7'),
};
const results = [
  {
    ...inserted('erp.people'),
    found: 'rejected by badge',
    notTested: 'badge rejected the generated row first',
  },
  inserted('agent.sessions'),
];

test('leaves an item open if its test could not be set up, with the reason', () => {
  expect(behaviourEvidence(results, 'embedded', items)).toEqual([
    {
      target: 'embedded',
      summary: '1 behaviour tested and rolled back, 1 not tested',
      facts: { behaviours: 1 },
    },
    { item: '2.4#7', target: 'embedded', summary: 'insert into agent.sessions: accepted' },
  ]);
  expect(untestedItems(results, items)).toEqual([
    {
      item: '2.4#6',
      reason: 'insert into erp.people: not tested, because badge rejected the generated row first',
    },
  ]);
});

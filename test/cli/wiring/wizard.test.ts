import { expect, it } from 'vitest';
import { folded } from '../../../src/cli/wiring/wizard.ts';

it('what is left in the scrollback is folded between words, and never within what is to be pasted', () => {
  const words = 'one word and another '.repeat(6).trim();
  expect(folded(`  why  ${words}`, 60).length).toBeGreaterThan(1);
  for (const line of [
    `  do   Look at it: ls ${words}`,
    `       Or: psql ${words}`,
    `    alter table ${words}`,
    `warning: Stopped. To go on: erp-deploy run ${words}`,
    `  Next: npx erp-deploy validate ${words}`,
    `  Next: /home/ada/.npm/_npx/0a1b/node_modules/.bin/erp-deploy validate ${words}`,
    `  Log: /srv/${'a'.repeat(40)} ${words}`,
  ]) {
    expect(folded(line, 60)).toEqual([line]);
  }
});

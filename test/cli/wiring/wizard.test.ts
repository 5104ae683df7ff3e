import { expect, it } from 'vitest';
import { wrapped } from '../../../src/cli/wiring/wizard.ts';

it('wraps the summary between words, but never a command that the operator pastes', () => {
  const words = 'one word and another '.repeat(6).trim();
  expect(wrapped(`  why  ${words}`, 60).length).toBeGreaterThan(1);
  for (const line of [
    `  do   Look at it: ls ${words}`,
    `       Or: psql ${words}`,
    `    alter table ${words}`,
    `warning: Stopped. To go on: erp-deploy run ${words}`,
    `  Next: npx erp-deploy validate ${words}`,
    `  Next: /home/ada/.npm/_npx/0a1b/node_modules/.bin/erp-deploy validate ${words}`,
    `  Log: /srv/${'a'.repeat(40)} ${words}`,
  ]) {
    expect(wrapped(line, 60)).toEqual([line]);
  }
});

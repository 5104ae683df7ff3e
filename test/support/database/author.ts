import type { Author } from '../../../src/domain/author.ts';

/** An operator who is recorded in the table of changes. */
export const author: Author = {
  operator: 'ann@laptop',
  commit: 'c0ffee',
  program: '0.1.0',
  command: 'run',
  rollout: '2026-11-30-1a2b3c4d',
};

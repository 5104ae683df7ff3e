import { expectTypeOf, test } from 'vitest';
import type * as published from '../../assets/run.d.ts';
import type * as ours from '../../src/run.ts';

// Checked by `npm run types`; running the test checks nothing.
test('the published types match the sources', () => {
  expectTypeOf<ours.RolloutEvent>().toExtend<published.RolloutEvent>();
  expectTypeOf<published.RolloutEvent['type']>().toEqualTypeOf<ours.RolloutEvent['type']>();
  expectTypeOf<Omit<published.Io, 'adapters'>>().toEqualTypeOf<Omit<ours.Io, 'adapters'>>();
  expectTypeOf<published.ExitCode>().toEqualTypeOf<ours.ExitCode>();
  expectTypeOf<typeof published.Interrupted>().toBeConstructibleWith('SIGINT');
});

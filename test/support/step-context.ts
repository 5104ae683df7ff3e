import { memoryOf } from '../../src/cli/wiring/memory.ts';
import { recordedOf } from '../../src/engine/journal.ts';
import type { Entry } from '../../src/engine/journal-format.ts';
import type { Context, Memory } from '../../src/workspace/context.ts';

/** What a step looks through, as far as a test has it. */
export function contextWith(parts: Partial<Context>): Context {
  // What is left out is not there: a step that looks for it fails, and the test with it.
  return parts as Context;
}

/** The memory of a journal with these records, a second apart. */
export function remembering(...entries: readonly Entry[]): Memory {
  const records = entries.map((entry, index) => {
    const at = new Date(Date.UTC(2026, 10, 22, 9, 0, index)).toISOString();
    return { v: 1 as const, at, ...entry };
  });
  return memoryOf(() => recordedOf(records));
}

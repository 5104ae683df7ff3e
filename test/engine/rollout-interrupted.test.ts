import { expect, it } from 'vitest';
import { Interrupted } from '../../src/engine/interrupted.ts';
import { rolloutBench } from '../support/production/rollout-bench.ts';
import { scripted } from '../support/program/scripted-front-end.ts';
import { exact, fileChange, fileStep, type TinyStep } from '../support/program/tiny-steps.ts';

/** A step that writes two files in succession. */
const twoFiles: TinyStep = fileStep('0.1', 'second', 'x', {
  preview: async ({ files }) => [
    exact(fileChange(files, 'first', 'x')),
    exact(fileChange(files, 'second', 'x')),
  ],
});

it('finishes the running change, and starts no other', async () => {
  const { run, files, stop, frontEnd, records } = await rolloutBench();
  const write = files.write.bind(files);
  files.write = async (...change) => {
    stop.abort(new Interrupted('SIGINT'));
    await write(...change);
  };
  expect(await run([twoFiles, fileStep('0.2', 'b', 'y')])).toBe(130);
  expect(files.paths()).toEqual(['first']);
  expect(frontEnd.outcomes()).toEqual(['0.1 stopped', '0.2 stopped']);
  expect(records().slice(-2)).toMatchObject([
    { type: 'applied', scope: 'write:first' },
    { type: 'interrupted', step: '0.1', by: 'SIGINT' },
  ]);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const)('exits after %s with code %i', async (by, exit) => {
  const { run, stop } = await rolloutBench();
  stop.abort(new Interrupted(by));
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(exit);
});

it('changes nothing if it is interrupted at the question about the plan', async () => {
  const bench = await rolloutBench({
    frontEnd: scripted({}, () => bench.stop.abort(new Interrupted('SIGINT'))),
  });
  expect(await bench.run([fileStep('0.1', 'a', 'x')])).toBe(130);
  expect(bench.files.paths()).toEqual([]);
  expect(bench.records()).toMatchObject([{ type: 'interrupted', step: null }]);
});

it('names the step if it is interrupted at a question', async () => {
  const bench = await rolloutBench({
    frontEnd: scripted({}, ({ type }) => {
      if (type === 'failure') bench.stop.abort(new Interrupted('SIGINT'));
    }),
  });
  const untrue = fileStep('0.1', 'a', 'x', { verify: fileStep('0.1', 'elsewhere', 'x').check });
  expect(await bench.run([untrue, fileStep('0.2', 'b', 'y')])).toBe(130);
  expect(bench.records().at(-1)).toMatchObject({ type: 'interrupted', step: '0.1' });
  expect(bench.frontEnd.outcomes()).toEqual(['0.1 stopped', '0.2 stopped']);
});

it('resumes where it was interrupted, and repeats nothing', async () => {
  const { run, files, stop, journalFile } = await rolloutBench();
  const write = files.write.bind(files);
  files.write = async (...change) => {
    stop.abort(new Interrupted('SIGTERM'));
    await write(...change);
  };
  await run([twoFiles]);
  const next = await rolloutBench({ journal: journalFile.text });
  next.files.put('first', 'x');
  const onlyMissing = { ...twoFiles, preview: fileStep('0.1', 'second', 'x').preview };
  expect(await next.run([onlyMissing])).toBe(0);
  expect(next.order.filter((what) => what.startsWith('write '))).toEqual(['write second']);
  expect(next.types()).toContain('resumed');
  expect(next.parts.journal.recorded.unfinished).toBeNull();
});

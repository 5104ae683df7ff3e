import { describe, expect, it } from 'vitest';
import { type Change, type CommandChange, notYet } from '../../src/domain/change.ts';
import type { ProcessResult } from '../../src/domain/ports/host.ts';
import { exitCodes, type Problem, ProblemError } from '../../src/domain/problem.ts';
import { applyChange } from '../../src/engine/executor.ts';
import { bench } from '../support/report/bench.ts';
import { commandOf } from '../support/workspace/changes.ts';

const { signal } = new AbortController();

const lost: Problem = { code: 'ERP-0710', what: 'lost', why: '', todo: [], exit: exitCodes.stepFailed };
const gone = () => new ProblemError(lost);
const ended = (exitCode: number, stderr = ''): ProcessResult => ({
  exitCode,
  stdout: '',
  stderr,
  notFound: false,
});

/**
 * Returns a host whose commands have these results in order, and the recorded calls; an error in place of a result is
 * thrown.
 */
async function host(...answers: readonly (ProcessResult | Error)[]) {
  const said: string[] = [];
  const rest = [...answers];
  const { parts, types } = await bench({
    processes: {
      run: async (argv) => {
        said.push(argv.join(' '));
        const answer = rest.shift() ?? ended(0);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    renew: async () => {
      said.push('new connection');
    },
  });
  return { said, types, apply: (change: Change) => applyChange(parts, '3.6', change, signal) };
}

const restart: CommandChange = { ...commandOf(['restart']), confirm: { argv: ['confirm'], seconds: 60 } };

describe('a command that needs confirmation', () => {
  it('is confirmed over a new connection', async () => {
    const { apply, said, types } = await host();
    expect(await apply(restart)).toBe('applied');
    expect(said).toEqual(['restart', 'new connection', 'confirm']);
    expect(types()).toEqual(['intended', 'applied']);
  });

  it('is confirmed even if it cut the connection that it ran on', async () => {
    const { apply, said } = await host(gone());
    expect(await apply(restart)).toBe('applied');
    expect(said).toEqual(['restart', 'new connection', 'confirm']);
  });

  it('is confirmed by a second attempt if the new connection is cut as well', async () => {
    const { apply, said } = await host(ended(0), gone(), ended(0));
    expect(await apply(restart)).toBe('applied');
    expect(said).toEqual(['restart', 'new connection', 'confirm', 'new connection', 'confirm']);
  });

  it('is confirmed over further new connections until its result is final', async () => {
    const { apply, said } = await host(ended(0), ended(notYet), ended(0));
    expect(await apply(restart)).toBe('applied');
    expect(said).toEqual(['restart', 'new connection', 'confirm', 'new connection', 'confirm']);
  });

  it('fails with the output of the confirmation if that fails', async () => {
    const { apply, types } = await host(ended(0), ended(1, 'the old one is back'));
    await expect(apply(restart)).rejects.toMatchObject({
      problems: [{ excerpt: ['the old one is back'] }],
    });
    expect(types()).toEqual(['intended']);
  });

  it('is not confirmed if it failed itself', async () => {
    const { apply, said } = await host(ended(1));
    await expect(apply(restart)).rejects.toBeInstanceOf(ProblemError);
    expect(said).toEqual(['restart']);
  });

  it('fails if no login is possible any more', async () => {
    const { apply } = await host(ended(0), gone());
    const impatient = { ...restart, confirm: { argv: ['confirm'], seconds: 0 } } as const;
    await expect(apply(impatient)).rejects.toMatchObject({ problems: [{ code: 'ERP-0710' }] });
  });
});

import { expect, it } from 'vitest';
import { FileFault } from '../../src/domain/ports/files.ts';
import { NetworkFault } from '../../src/domain/ports/http.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import { Secret } from '../../src/domain/secret.ts';
import { DatabaseError, EngineCrash } from '../../src/domain/session.ts';
import { asProblem, bugProblem, problemsOf } from '../../src/engine/faults.ts';

const problem = { code: 'ERP-0999', what: 'x', why: 'y', todo: [], exit: 4 } as const;

it('returns a problem unchanged', () => {
  expect(asProblem(new ProblemError(problem))).toEqual(problem);
});

it.each([
  ['EACCES', 'ERP-0401', 3, 'permission denied'],
  ['EROFS', 'ERP-0401', 3, 'read-only'],
  ['EIO', 'ERP-0401', 4, 'the disk reported an error'],
  ['EILSEQ', 'ERP-0401', 4, 'not UTF-8'],
  ['ENOSPC', 'ERP-0402', 4, 'the disk is full'],
  ['EDQUOT', 'ERP-0402', 4, 'quota'],
  ['ESTRANGE', 'ERP-0401', 4, 'ESTRANGE'],
])('describes %s in words, with its name', (errno, code, exit, why) => {
  const told = asProblem(new FileFault('write', 'compose.yml', errno));
  expect(told).toMatchObject({
    code,
    exit,
    what: 'Could not write compose.yml.',
    why: expect.stringContaining(why),
  });
  expect(told.why).toContain(errno);
});

it('contains the message, code and hint of PostgreSQL', () => {
  const error = new DatabaseError({
    code: '42501',
    message: 'permission denied',
    hint: 'Ask an administrator.',
  });
  expect(asProblem(error)).toMatchObject({
    code: 'ERP-0501',
    what: 'PostgreSQL reported an error: permission denied (42501).',
    why: 'Ask an administrator.',
  });
});

it.each(['08006', '57P01', 'ECONNRESET'])(
  'tells a failed connection from a refused statement: %s',
  (code) => {
    expect(
      asProblem(new DatabaseError({ code, message: 'Connection terminated unexpectedly' })),
    ).toMatchObject({
      code: 'ERP-0504',
      what: `The connection to PostgreSQL failed: Connection terminated unexpectedly (${code}).`,
      exit: 4,
    });
  },
);

it('describes a crash of the embedded engine by the first line of its output', () => {
  const told = asProblem(new EngineCrash('RuntimeError: unreachable\n    at wasm-function[1]'));
  expect(told).toMatchObject({ code: 'ERP-0502', why: expect.stringContaining('RuntimeError: unreachable') });
  expect(told.why).not.toContain('wasm-function');
});

it('reports that no answer came', () => {
  const told = asProblem(new NetworkFault('https://example.org/', 'ENOTFOUND'));
  expect(told).toMatchObject({ code: 'ERP-0412', why: expect.stringContaining('ENOTFOUND') });
});

it.each([new TypeError('a bug'), 'a string', undefined])(
  'throws what is not a fault of the system: %s',
  (bug) => {
    let thrown: unknown = 'nothing';
    try {
      asProblem(bug);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(bug);
  },
);

it('redacts every known secret in the problem of an exception', () => {
  new Secret('S3CRETpw-1');
  const leaking = {
    ...problem,
    what: 'x S3CRETpw-1',
    todo: [{ text: 'Use S3CRETpw-1', command: ['psql', 'S3CRETpw-1'] }],
    excerpt: ['> S3CRETpw-1'],
  };
  const texts = [
    asProblem(new ProblemError(leaking)),
    problemsOf(new ProblemError([problem, leaking])),
    asProblem(new DatabaseError({ code: 'XX000', message: 'no S3CRETpw-1' })),
    asProblem(new NetworkFault('https://S3CRETpw-1@host', 'ENOTFOUND')),
    asProblem(new EngineCrash('S3CRETpw-1')),
    bugProblem(new TypeError('URL that includes credentials: https://u:S3CRETpw-1@host')),
    bugProblem('S3CRETpw-1'),
  ].map((one) => JSON.stringify(one));
  expect(texts.filter((text) => text.includes('S3CRETpw-1') || !text.includes('<redacted>'))).toEqual([]);
});

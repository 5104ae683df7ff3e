import { describe, expect, it } from 'vitest';
import { phrasingOf } from '../../../src/cli/wiring/as-typed.ts';
import { completed, invocationOf, isRunning, programName } from '../../../src/cli/wiring/invocation.ts';
import { inWorkspace, sameCommand } from '../../../src/domain/command-text.ts';

const none = { workspace: '.' };
const npx = '/srv/shop/node_modules/.bin/erp-deploy';
type Flags = Parameters<typeof invocationOf>[3];

function invocation(flags: Flags, typed: readonly string[] = [], script = '/usr/bin/erp-deploy') {
  return invocationOf(programName(script), typed, '/srv', flags);
}

const shown = (command: string, flags: Flags, script?: string) =>
  completed(command.split(' '), invocation(flags, [], script)).join(' ');

describe('a suggested command', () => {
  it('is started in the same way as the running one', () => {
    expect(shown('erp-deploy plan', none)).toBe('erp-deploy plan');
    expect(shown('erp-deploy plan', none, npx)).toBe('npx erp-deploy plan');
    expect(shown('erp-deploy', none, npx)).toBe('npx erp-deploy');
    expect(shown('erp-deploy --from 0.1', none, npx)).toBe('npx erp-deploy --from 0.1');
  });

  it('names the program by its path in the cache of npx, so that npx does not fetch another package of that name', () => {
    const cached = '/home/ada/.npm/_npx/0a1b/node_modules/.bin/erp-deploy';
    expect(shown('erp-deploy plan', none, cached)).toBe(`${cached} plan`);
    expect(programName(cached, true)).toEqual(['npx', 'erp-deploy']);
  });

  it('has absolute paths of the workspace', () => {
    const argv = ['mv', inWorkspace('a'), inWorkspace('b')];
    expect(completed(argv, invocation({ workspace: 'my shop' }))).toEqual([
      'mv',
      '/srv/my shop/a',
      '/srv/my shop/b',
    ]);
  });

  it('is about the same workspace, configuration, engine and production', () => {
    const flags = {
      workspace: 'demo',
      config: 'a.yaml',
      engine: 'embedded',
      productionHost: 'web1',
    } as const;
    const carried = '--workspace demo --config a.yaml --engine embedded --production-host web1';
    expect(shown('erp-deploy run --only 3.6', flags)).toBe(`erp-deploy run ${carried} --only 3.6`);
    expect(shown('erp-deploy', flags)).toBe(`erp-deploy ${carried}`);
    const own = 'erp-deploy restore --workspace x --config=y --engine docker --database-url URL';
    expect(shown(own, flags)).toBe(own);
    expect(shown('erp-deploy --help', flags)).toBe('erp-deploy --help');
  });

  it('carries only the flags that the command accepts', () => {
    const flags = { workspace: 'demo', engine: 'embedded', productionHost: 'web1' } as const;
    expect(shown('erp-deploy unlock', flags)).toBe(
      'erp-deploy unlock --workspace demo --production-host web1',
    );
    expect(shown('erp-deploy init', flags)).toBe('erp-deploy init --workspace demo');
  });

  it('still names production if the URL contains a password, but without the password', () => {
    const at = (databaseUrl: string) => shown('erp-deploy validate', { ...none, databaseUrl });
    const url = 'postgres://ada@db.example.org/shop';
    expect(at(url)).toBe(`erp-deploy validate --database-url ${url}`);
    expect(at('postgres://ada:secret@db.example.org/shop')).toBe('erp-deploy validate --database-url URL');
    expect(at('-')).toBe('erp-deploy validate --database-url -');
  });

  it('replaces the value of an option of the running command', () => {
    const embedded = (...typed: readonly string[]) =>
      completed(sameCommand('--engine', 'embedded'), invocation(none, typed)).join(' ');
    expect(embedded('plan', '--engine', 'docker', '--verbose')).toBe(
      'erp-deploy plan --verbose --engine embedded',
    );
    expect(embedded('plan', '--engine=docker')).toBe('erp-deploy plan --engine embedded');
    const overwrite = completed(
      sameCommand('--overwrite', 'b'),
      invocation(none, ['run', '--overwrite', 'a']),
    );
    expect(overwrite.join(' ')).toBe('erp-deploy run --overwrite a --overwrite b');
  });

  it('can be the running command with additional flags, each of them once', () => {
    const typed = ['validate', '--strict', '--workspace', 'demo', '--repair-sql'];
    const running = invocation({ workspace: 'demo' }, typed, npx);
    const again = (...flags: readonly string[]) => completed(sameCommand(...flags), running).join(' ');
    expect(again('--json')).toBe('npx erp-deploy validate --strict --workspace demo --repair-sql --json');
    expect(again('--repair-sql')).toBe('npx erp-deploy validate --strict --workspace demo --repair-sql');
  });
});

describe('a command that is running', () => {
  const running = invocation({ workspace: 'demo' }, ['validate', '--workspace', 'demo', '--json']);
  const is = (command: string) => isRunning(command.split(' '), running);

  it('is recognized apart from the flags that every command has', () => {
    expect(is('erp-deploy validate')).toBe(true);
    expect(is('erp-deploy validate --strict')).toBe(false);
    expect(is('erp-deploy status')).toBe(false);
    expect(is('ls validate')).toBe(false);
    expect(isRunning(['erp-deploy', 'run'], invocation(none, ['--verbose']))).toBe(true);
  });

  it('is not suggested, unless it is the only suggestion', () => {
    const { reported } = phrasingOf(running);
    const inspect = { text: 'Inspect', command: ['erp-deploy', 'validate'] };
    const problem = { code: 'ERP-0001', what: 'w', why: 'y', exit: 3 } as const;
    const event = (...todo: readonly { text: string; command?: string[] }[]) =>
      reported({ type: 'problem', problem: { ...problem, todo } });
    expect(event(inspect, { text: 'Fix it.' })).toMatchObject({ problem: { todo: [{ text: 'Fix it.' }] } });
    expect(event(inspect)).toMatchObject({ problem: { todo: [{ text: 'Inspect' }] } });
  });
});

it('completes the commands in events and questions', () => {
  const words = phrasingOf(invocation({ workspace: 'demo' }, ['run'], npx));
  const todo = [{ text: 'Look', command: ['erp-deploy', 'plan'] }];
  const problem = { code: 'ERP-0001', what: 'w', why: 'y', todo, exit: 3 } as const;
  const command = ['npx', 'erp-deploy', 'plan', '--workspace', 'demo'];
  const completedProblem = { problem: { todo: [{ text: 'Look', command }] } };
  expect(words.reported({ type: 'problem', problem })).toMatchObject(completedProblem);
  expect(
    words.asked({ type: 'failure', step: '3.1', problem, editable: true, dependents: [] }),
  ).toMatchObject(completedProblem);
  expect(
    words.reported({ type: 'note', level: 'info', text: 'To see it', command: ['erp-deploy', 'plan'] }),
  ).toMatchObject({ text: 'To see it', command });
  const open = [{ item: '2.3#1', reason: 'not checked yet', command: ['erp-deploy', 'plan'] }];
  const place = { phase: 'local-test', step: '2.3' } as const;
  const finished = { type: 'step.finished', outcome: 'done', summary: '', milliseconds: 1, open } as const;
  expect(words.reported({ ...place, ...finished })).toMatchObject({ open: [{ command }] });
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { treeOf } from '../support/disk/tree.ts';
import { eventsIn, programFile } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn, problemsIn } from '../support/program/problems.ts';
import { emptyWorkspace, finishedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';

const config = 'erp-deploy.config.yaml';
const unattended = ['--non-interactive', '--engine', 'embedded'];

describe('a configuration with faults', () => {
  const faulty = [
    'engine: dokcer',
    'projekt: portfolio',
    'production:',
    '  directory: services/postgres',
    '  database-url: postgres://erp_admin:hush-hush@db/portfolio',
    '',
  ].join('\n');

  test('is refused with all faults at once, each with its position, and nothing is done', async () => {
    const workspace = emptyWorkspace({ [config]: faulty });
    const { exit, stdout, stderr } = await rollOut(workspace, ['--only', '9.9']);
    expect(exit).toBe(2);
    const [inFile, inFlags, ...more] = problemsIn(stderr);
    expect(inFile?.what).toBe(`${config} has 4 errors.`);
    expect(inFlags?.what).toBe('--only 9.9: no such step.');
    expect(more).toEqual([]);
    const excerpt = inFile?.excerpt ?? [];
    expect(excerpt.map((line) => /^\S+:\d+:\d+/.exec(line)?.[0])).toEqual([
      `${config}:1:9`,
      `${config}:2:1`,
      `${config}:4:14`,
      `${config}:5:17`,
    ]);
    expect(excerpt[1]).toContain('did you mean project?');
    expect(stdout + stderr).not.toContain('hush-hush');
    expect(readdirSync(workspace)).toEqual([config]);
  });

  test('is refused by every command that reads it, with the same exit code', async () => {
    const workspace = emptyWorkspace({ [config]: faulty });
    for (const command of ['plan', 'status', 'validate']) {
      expect(await erpDeploy(workspace, [command]), command).toMatchObject({ exit: 2 });
    }
  });

  test.each([
    ['in the environment', { ERP_DEPLOY_NOTIFY_URL: 'https://user:S3CRETpw@127.0.0.1:1/hook' }, {}],
    ['in .env', {}, { [`${stack}/.env`]: "NOTIFY_WEBHOOK_URL='https://user:S3CRETpw@127.0.0.1:1/hook'\n" }],
  ])('is refused before anything runs if a webhook has a password, %s', async (_, env, files) => {
    const workspace = emptyWorkspace(files);
    const before = treeOf(workspace);
    const { exit, stdout, stderr } = await rollOut(workspace, ['--json'], { env });
    expect(exit).toBe(2);
    expect(stdout).toContain('ERP-0820');
    expect(stdout + stderr).not.toContain('S3CRET');
    expect(treeOf(workspace)).toEqual(before);
    expect(existsSync(join(workspace, '.erp-deploy'))).toBe(false);
  });

  test('is read from a process substitution of the shell', async () => {
    const workspace = emptyWorkspace();
    const command = '"$0" "$1" plan --engine embedded --config <(printf "engine: dokcer\\n")';
    const { exitCode, stderr } = await execa('bash', ['-c', command, process.execPath, programFile()], {
      cwd: workspace,
      reject: false,
      stripFinalNewline: false,
    });
    expect(exitCode).toBe(2);
    expect(problemIn(stderr)).toMatchObject({
      code: 'ERP-0110',
      excerpt: expect.arrayContaining([expect.stringContaining('dokcer')]),
    });
  });

  test('is reported as missing if --config names a file that does not exist', async () => {
    const workspace = emptyWorkspace();
    const { exit, stderr } = await rollOut(workspace, ['--config', 'mine.yaml']);
    expect(exit).toBe(2);
    expect(problemIn(stderr).what).toBe('The configuration mine.yaml does not exist.');
  });
});

describe('a mistyped command line', () => {
  test.each([
    ['an unknown command', ['deploy'], 'deploy'],
    ['an unknown flag', ['run', '--forse'], '--forse'],
    ['a flag of another command', ['validate', '--fix-starter'], '--fix-starter'],
    ['a flag without its value', ['run', '--workspace'], '--workspace'],
    ['a reason without text', ['run', '--without-local-test', ' '], '--without-local-test'],
    ['a value that a flag does not take', ['run', '--engine', 'podman'], 'podman'],
    ['an unknown step', ['plan', '--only', '9.9'], '9.9'],
    ['a step that is no number', ['plan', '--from', 'first'], 'first'],
    ['an unknown phase', ['plan', '--phase', 'prepair'], 'prepair'],
    ['too many words', ['status', 'now'], 'now'],
    ['help for an unknown command', ['help', 'nope'], 'Unknown command "nope".'],
    ['a command that is close to another', ['plna'], 'did you mean plan?'],
    ['a flag that is close to another', ['validate', '--stict'], 'Did you mean --strict?'],
    [
      'a flag that has no effect there',
      ['validate', '--fix-starter'],
      '--fix-starter is a flag of run and plan',
    ],
    ['steps in the wrong order', ['plan', '--from', '5.1', '--until', '1.1'], '5.1 comes after 1.1'],
    [
      'a selection in which every step is skipped',
      ['plan', '--only', '2.1', '--skip', '2.1'],
      'No step is selected',
    ],
    [
      'a step that is not of the phase',
      ['docs', '--only', '2.1', '--non-interactive'],
      'No step is selected',
    ],
  ])('with %s exits with 2, names the error, and does nothing', async (_, words, named) => {
    const workspace = emptyWorkspace();
    const { exit, stderr } = await erpDeploy(workspace, words);
    expect(exit).toBe(2);
    expect(stderr).toContain(named);
    expect(problemIn(stderr).todo).not.toEqual([]);
    expect(readdirSync(workspace)).toEqual([]);
  });

  test('with several faults reports all of them', async () => {
    const { exit, stderr } = await erpDeploy(emptyWorkspace(), [
      'plan',
      '--only',
      '9.9',
      '--phase',
      'prepair',
      '--skip',
      'x',
    ]);
    expect(exit).toBe(2);
    expect(problemsIn(stderr).map(({ what }) => what.split(':')[0])).toEqual([
      '--only 9.9',
      '--skip x',
      '--phase prepair',
    ]);
  });

  test('is also an event with --json', async () => {
    const { exit, stdout } = await erpDeploy(emptyWorkspace(), ['plan', '--json', '--only', '9.9']);
    expect(exit).toBe(2);
    expect(eventsIn(stdout).map(({ type }) => type)).toEqual(['problem', 'rollout.finished']);
  });
});

describe('help', () => {
  test.each([['--help'], ['run', '--help'], ['--version'], ['-v'], ['help', 'status']])(
    'is printed for %s, and exits with 0',
    async (...words) => {
      const { exit, stdout, stderr } = await erpDeploy(emptyWorkspace(), words);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(stdout).not.toBe('');
    },
  );
});

describe('a run that cannot ask', () => {
  test.each([['run'], ['run --yes'], ['']])(
    '"%s" says which flag to give, and does nothing',
    async (words) => {
      const workspace = emptyWorkspace();
      const { exit, stderr } = await erpDeploy(workspace, words.split(' ').filter(Boolean));
      expect(exit).toBe(2);
      expect(problemIn(stderr).todo.join('\n')).toContain('--non-interactive');
      expect(readdirSync(workspace)).toEqual([]);
    },
  );
});

describe('a selection of steps', () => {
  test.each([
    ['run --only 2.3', '2.3 depends on step 0.1', '--from 0.1 --until 2.3'],
    ['run --from 2.2 --until 2.6', '2.2 depends on step 0.1', '--from 0.1 --until 2.6'],
    ['run --only 0.2', '0.2 depends on step 0.1', '--from 0.1 --until 0.2'],
    ['docs', '4.1 depends on step 0.1', '--from 0.1 --until 4.4'],
  ])(
    '%s exits with 3 in an empty folder, and names the earliest missing step and a command that runs it',
    async (words, needs, flags) => {
      const workspace = emptyWorkspace();
      const { exit, stderr } = await erpDeploy(workspace, [...words.split(' '), ...unattended]);
      expect(exit).toBe(3);
      expect(problemsIn(stderr)).toMatchObject([
        { code: 'ERP-0301', what: expect.stringContaining(needs), todo: [expect.stringContaining(flags)] },
      ]);
      expect(treeOf(workspace)).toEqual([]);
    },
  );

  test('without a required step ends with one problem, and the command that it names succeeds', async () => {
    const workspace = emptyWorkspace();
    const { stderr } = await erpDeploy(workspace, ['run', '--only', '1.2', ...unattended]);
    const command = problemIn(stderr).todo[0]?.split(': erp-deploy ')[1]?.split(' ') ?? [];
    expect(await erpDeploy(workspace, [...command, '--non-interactive'])).toMatchObject({
      exit: 0,
      stderr: '',
    });
  });

  test('runs if its prerequisites are met', async () => {
    const workspace = await finishedWorkspace();
    const { exit, stdout } = await rollOut(workspace, ['--only', '2.3']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^done: 0 done, 1 unchanged, 0 skipped/m);
  });
});

describe('production', () => {
  test('is either a host or a database URL', async () => {
    const workspace = emptyWorkspace();
    const both = ['--production-host', 'droplet', '--database-url', 'postgres://me@db/portfolio'];
    const { exit, stderr } = await rollOut(workspace, both);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0121' });
    expect(treeOf(workspace)).toEqual([]);
  });

  test('is set by a flag, which overrides the other kind in the configuration', async () => {
    const workspace = emptyWorkspace({ [config]: 'production: { host: droplet.invalid }\n' });
    const url = 'postgres://me@127.0.0.1:1/portfolio';
    const { exit, stderr } = await rollOut(workspace, ['--database-url', url]);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0532' });
  });
});

describe('probe without production', () => {
  test('reports once that no production is configured, and how to configure it', async () => {
    const workspace = emptyWorkspace({ [config]: 'public-host: shop.invalid\n' });
    const { exit, stderr } = await erpDeploy(workspace, ['probe']);
    expect({ exit, problems: problemsIn(stderr) }).toMatchObject({
      exit: 3,
      problems: [{ code: 'ERP-0671', what: expect.stringContaining('no production is configured') }],
    });
    expect(stderr).not.toContain('unknown');
  });
});

describe('init', () => {
  test('writes a configuration that works as it is, and never writes over one', async () => {
    const workspace = emptyWorkspace();
    expect(await erpDeploy(workspace, ['init'])).toMatchObject({ exit: 0, stderr: '' });
    const written = textOf(workspace, config);
    expect(written).toContain('# engine: auto');
    expect(await erpDeploy(workspace, ['plan'])).toMatchObject({ exit: 0, stderr: '' });

    const again = await erpDeploy(workspace, ['init']);
    expect(again.exit).toBe(2);
    expect(problemIn(again.stderr)).toMatchObject({ code: 'ERP-0112', what: `${config} already exists.` });
    expect(textOf(workspace, config)).toBe(written);
  });

  test('names the schema for editors, which exists at that path', async () => {
    const workspace = emptyWorkspace();
    await erpDeploy(workspace, ['init']);
    const path = /\$schema=\.\/(\S+)/.exec(textOf(workspace, config))?.[1] ?? '';
    expect(JSON.parse(textOf(workspace, path))).toMatchObject({ type: 'object' });
  });
});

describe('a workspace that does not exist', () => {
  const typed = 'a typing mistake';

  test.each(['status', 'history', 'report', 'checklist', 'validate', 'docs'])(
    'is an error of %s, which makes nothing there',
    async (command) => {
      const workspace = emptyWorkspace();
      const { exit, stderr } = await erpDeploy(workspace, [command, '--workspace', typed]);
      expect(exit).toBe(2);
      expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0114', what: expect.stringContaining(typed) });
      expect(readdirSync(workspace)).toEqual([]);
    },
  );

  test('is planned like an empty one', async () => {
    const { exit, stdout } = await erpDeploy(emptyWorkspace(), ['plan', '--workspace', typed]);
    expect(exit).toBe(0);
    expect(stdout).toContain('make folder service-builds');
  });
});

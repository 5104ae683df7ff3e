import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { treeOf } from '../support/disk/tree.ts';
import { eventsIn, rollOut as startRollOut } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import {
  copyOf,
  emptyWorkspace,
  handOver,
  put,
  sharedWorkspace,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

const path = `${stack}/.env`;
const untilEnv = ['--until', '0.2'];
const long = 'k'.repeat(40);

/** Creates the folders beforehand, so that a refusal changes nothing in the tree. */
let template: string;
const prepared = () => copyOf(template);

beforeAll(async () => {
  template = sharedWorkspace();
  expect(await rollOut(template, ['--until', '0.1'])).toMatchObject({ exit: 0, stderr: '' });
});

function modeOf(workspace: string): string {
  return (statSync(join(workspace, path)).mode & 0o777).toString(8);
}

describe('an .env that some readers read differently is refused, with its line and never its value', () => {
  const whole = (password: string) =>
    `POSTGRES_PASSWORD=${password}\nPOSTGREST_JWT_SECRET=${long}\nPOSTGREST_DB_PASSWORD=abc\n`;

  test.each([
    ['a $ in double quotes', whole('"hush$me"'), 'Line 1: $ or ` in double quotes'],
    ['a bare $', whole('hush$me'), 'Line 1: $ outside of single quotes'],
    ['a bare #', whole('hush#me'), 'Line 1: # outside of quotes'],
    ['a comment behind the value', whole('hush # me'), 'Line 1: a comment after the value'],
    ['an open quote', whole("'hush"), 'Line 1: a quote that is not closed'],
    ['Windows line ends', whole('hush').replaceAll('\n', '\r\n'), 'Line 1: a Windows line end'],
    [
      'a secret that is too short',
      whole('hush').replace(long, 'hush-short'),
      'Line 2: the value is shorter than 32',
    ],
    ['an empty secret', whole(''), 'Line 1: the value is empty'],
    ['a key twice', `${whole('hush')}POSTGRES_PASSWORD=hush2\n`, 'Line 4: the key is on line 1 already'],
  ])('%s', async (_, text, words) => {
    const workspace = prepared();
    put(workspace, path, text);
    chmodSync(join(workspace, path), 0o600);
    const before = treeOf(workspace);
    const { exit, stdout, stderr } = await rollOut(workspace, untilEnv);
    expect(exit).toBe(3);
    const { code, todo } = problemIn(stderr);
    expect(code).toBe('ERP-0320');
    expect(todo.join('\n')).toContain(words);
    expect(stdout + stderr).not.toContain('hush');
    expect(treeOf(workspace)).toEqual(before);
  });
});

test('a plan that is blocked by an .env ends with the exit code of a run', async () => {
  const workspace = prepared();
  put(workspace, path, 'POSTGRES_PASSWORD=hush$me\n');
  const { exit, stdout, stderr } = await erpDeploy(workspace, ['plan', ...untilEnv]);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0320' });
  expect(stdout).not.toContain('Nothing to change');
  expect(stdout).toMatch(/^blocked: 1 problem\..*\n$/m);
  const json = await erpDeploy(workspace, ['plan', ...untilEnv, '--json']);
  expect(json.exit).toBe(3);
  expect(eventsIn(json.stdout).at(-1)).toMatchObject({ type: 'rollout.finished', exit: 3 });
});

describe('an existing .env', () => {
  test('stays byte for byte if it is valid, including quotes, comments and other keys', async () => {
    const text = `# mine\nOTHER="$HOME # x"\nPOSTGRES_PASSWORD='a$b#c d'\nPOSTGREST_JWT_SECRET="${long}"\nPOSTGREST_DB_PASSWORD=abc`;
    const workspace = prepared();
    put(workspace, path, text);
    chmodSync(join(workspace, path), 0o600);
    expect(await rollOut(workspace, untilEnv)).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, path)).toBe(text);
  });

  test('gets a missing key at its end, shown without its value', async () => {
    const text =
      `# mine, without a line end at the end\nPOSTGRES_PASSWORD=hush\nPOSTGREST_JWT_SECRET=${long} `.trimEnd();
    const workspace = prepared();
    put(workspace, path, text);
    chmodSync(join(workspace, path), 0o600);
    const plan = await erpDeploy(workspace, ['plan', ...untilEnv, '--verbose']);
    expect(plan.stdout).toContain('+POSTGREST_DB_PASSWORD=<generated>');
    expect(plan.stdout).not.toContain('hush');
    expect(await rollOut(workspace, untilEnv)).toMatchObject({ exit: 0, stderr: '' });
    const now = textOf(workspace, path);
    expect(now.slice(0, text.length)).toBe(text);
    expect(now.slice(text.length)).toMatch(/^\nPOSTGREST_DB_PASSWORD=[\w-]{43}\n$/);
  });

  test('gets all three keys if it is empty', async () => {
    const workspace = prepared();
    put(workspace, path, '');
    expect(await rollOut(workspace, untilEnv)).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, path)).toMatch(/^(POSTGRES\w+=[\w-]{43}\n){3}$/);
    expect(modeOf(workspace)).toBe('600');
  });

  test('gets mode 0600 if others can read it, and keeps its text', async () => {
    const text = `POSTGRES_PASSWORD=abc\nPOSTGREST_JWT_SECRET=${long}\nPOSTGREST_DB_PASSWORD=abc\n`;
    const workspace = prepared();
    put(workspace, path, text);
    chmodSync(join(workspace, path), 0o644);
    const { stdout } = await erpDeploy(workspace, ['plan', ...untilEnv]);
    expect(stdout).toContain(`~ set mode 600 on ${path}`);
    expect(await rollOut(workspace, untilEnv)).toMatchObject({ exit: 0, stderr: '' });
    expect({ mode: modeOf(workspace), text: textOf(workspace, path) }).toEqual({ mode: '600', text });
  });

  test('stays a link, whose target is completed', async () => {
    const workspace = prepared();
    put(workspace, 'secrets/env', 'POSTGRES_PASSWORD=abc\n');
    symlinkSync('../../secrets/env', join(workspace, path));
    expect(await rollOut(workspace, untilEnv)).toMatchObject({ exit: 0, stderr: '' });
    expect(treeOf(workspace)).toContainEqual(
      expect.stringMatching(/\.env 120777 .*-> \.\.\/\.\.\/secrets\/env$/),
    );
    expect(readFileSync(join(workspace, 'secrets/env'), 'utf8')).toMatch(
      /^POSTGRES_PASSWORD=abc\nPOSTGREST_JWT_SECRET=/,
    );
    expect(statSync(join(workspace, 'secrets/env')).mode & 0o777).toBe(0o600);
  });

  test('is not changed if it is a dangling link', async () => {
    const workspace = prepared();
    symlinkSync('/nowhere/env', join(workspace, path));
    const before = treeOf(workspace);
    const { exit, stderr } = await rollOut(workspace, untilEnv);
    expect(exit).toBe(4);
    expect(problemIn(stderr).what).toContain(path);
    expect(treeOf(workspace)).toEqual(before);
  });

  test('is not changed if it is a folder', async () => {
    const workspace = prepared();
    mkdirSync(join(workspace, path));
    const { exit, stderr } = await rollOut(workspace, untilEnv);
    expect(exit).toBe(4);
    expect(problemIn(stderr).what).toBe(`${path} should be a file, but is a folder.`);
  });
});

describe('a database without its .env', () => {
  test('gets no new secrets, because they would not match it', async () => {
    const workspace = emptyWorkspace({ [`${stack}/data/PG_VERSION`]: '17\n' });
    const before = treeOf(workspace);
    const { exit, stderr } = await rollOut(workspace, untilEnv);
    expect(exit).toBe(3);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0322' });
    expect(existsSync(join(workspace, path))).toBe(false);
    expect(treeOf(workspace)).toEqual(before);
  });

  test('is recognized even if this user may not read it', async () => {
    const workspace = prepared();
    handOver(workspace);
    const data = join(workspace, stack, 'data');
    chmodSync(data, 0);
    if (process.getuid?.() === 0) chownSync(data, 0, 0);
    const { exit, stderr } = await startRollOut(workspace, untilEnv, { unprivileged: true });
    expect(exit).toBe(3);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0322' });
  });
});

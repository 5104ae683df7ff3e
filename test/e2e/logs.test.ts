import { expect, test } from 'vitest';
import { startErpDeploy } from '../support/program/erp-deploy.ts';
import { fakeDocker } from '../support/program/fake-docker.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { mostMemoryOf } from '../support/program/memory.ts';
import { problemIn } from '../support/program/problems.ts';
import { WatchedRun } from '../support/program/watched-run.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';

const logs = (...words: readonly string[]) => erpDeploy(emptyWorkspace(), ['logs', ...words]);

test.each([
  [['elsewhere'], 'ERP-0103'],
  [['--tail', 'many'], 'ERP-0103'],
  [['--since', '$(reboot)'], 'ERP-0103'],
  [['--engine', 'embedded'], 'ERP-0137'],
  [['--database-url', 'postgres://me@127.0.0.1:1/erp'], 'ERP-0137'],
])('logs %j has no log to print, gives the reason, and exits with 2', async (words, code) => {
  const { exit, stderr } = await logs(...words);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code });
});

/** A log that does not end by itself. Like docker, it exits with 1 on SIGTERM. */
const endless = "trap 'kill $!; exit 1' TERM; printf 'ready\\033[2J\\n'; sleep 60 & wait";

test('a followed log is escaped, and ends on Ctrl-C with 130 and without a problem', async () => {
  const how = { env: { PATH: `${fakeDocker(endless)}:${process.env.PATH}` } };
  const following = new WatchedRun(emptyWorkspace(), ['--engine', 'docker', '--follow'], how, 'logs');
  const line = await following.until(({ type }) => type === 'log.line');
  expect(line).toMatchObject({ service: 'database', line: expect.stringMatching(/^ready/) });
  expect(JSON.stringify(line)).not.toMatch(/\\u001b/);
  following.send('SIGINT');
  expect(await following.ended).toMatchObject({ exit: 130, stderr: '' });
});

test('a log of 300,000 lines is printed completely, in at most 120 MB', async () => {
  const lines = "seq -f 'LOG:  line %.0f, as long as those that a database writes about itself' 300000";
  const how = { env: { PATH: `${fakeDocker(lines)}:${process.env.PATH}` } };
  const running = startErpDeploy(emptyWorkspace(), ['logs', '--tail', 'all', '--engine', 'docker'], how);
  const [megabytes, { exitCode, stdout }] = await Promise.all([mostMemoryOf(running.pid), running]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^LOG: {2}line 300000, .*\n$/m);
  expect(stdout.match(/\n/g)).toHaveLength(300_000);
  expect(megabytes).toBeLessThanOrEqual(120);
});

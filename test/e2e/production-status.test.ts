import { expect, test } from 'vitest';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { startWebhook } from '../support/program/webhook.ts';
import { deployedWorkspace } from '../support/workspace/deployed-workspace.ts';
import { finishedWorkspace, put, textOf } from '../support/workspace/workspace.ts';

const nowhere = ['--database-url', 'postgres://me@127.0.0.1:1/portfolio'];
const state = '.erp-deploy/watch.json';

test('an unreachable production is printed and posted once, and posted later if the webhook refused', async () => {
  const workspace = await deployedWorkspace();
  const webhook = await startWebhook(500);
  const env = { ERP_DEPLOY_NOTIFY_ROLLOUT_URL: webhook.url };
  const look = () => erpDeploy(workspace, ['status', '--quiet', '--notify-on-change', ...nowhere], { env });
  const first = await look();
  expect(first.stdout).toMatch(/^warning: production could not be checked: ERP-0532 .*\n$/);
  expect({ exit: first.exit, code: problemIn(first.stderr).code }).toEqual({ exit: 3, code: 'ERP-0839' });
  webhook.answer = 200;
  expect(await look()).toEqual({ exit: 3, stdout: '', stderr: '' });
  expect(webhook.messages).toHaveLength(2);
  expect(JSON.parse(webhook.messages[1] ?? '').text).toMatch(
    /: something changed in production at 127\.0\.0\.1:1\/portfolio\n- production could not be checked: ERP-0532 /,
  );
  expect(await look()).toEqual({ exit: 3, stdout: '', stderr: '' });
  expect(webhook.messages).toHaveLength(2);
  expect(first.stdout + first.stderr + textOf(workspace, state)).not.toContain(webhook.secret);
  put(workspace, state, '{"v":1');
  expect((await look()).stdout, 'after its file was damaged').toBe(first.stdout);
});

test('a missed backup is reported, whether production can be reached or not', async () => {
  const workspace = await deployedWorkspace();
  put(workspace, 'erp-deploy.config.yaml', 'backup: { missed-after: 1d }\n');
  const { exit, stdout } = await erpDeploy(workspace, ['status', '--quiet', ...nowhere]);
  expect(exit).toBe(3);
  expect(stdout).toMatch(
    /^warning: production could not be checked: .*\nwarning: a backup was missed in .*\n$/,
  );
});

test('a check without production fails, instead of reporting success', async () => {
  const workspace = await finishedWorkspace();
  for (const words of [[], nowhere]) {
    const { exit, stderr } = await erpDeploy(workspace, ['status', '--production-only', ...words]);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0838' });
  }
});

test.each([
  ['without an address to post to', ['--notify-on-change'], 'ERP-0820'],
  ['with --recorded', ['--quiet', '--recorded'], 'ERP-0109'],
])('it is refused %s', async (_, flags, code) => {
  const workspace = await finishedWorkspace();
  const { exit, stderr } = await erpDeploy(workspace, ['status', ...flags]);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code });
});

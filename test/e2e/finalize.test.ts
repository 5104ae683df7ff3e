import { chmodSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { treeOf } from '../support/disk/tree.ts';
import { boxesProven, journalFile, journalOf } from '../support/kill/journal.ts';
import type { Ended } from '../support/program/erp-deploy.ts';
import { erpDeploy, type HowToRun, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { startWebhook, type Webhook } from '../support/program/webhook.ts';
import { deployedAt, deployedWorkspace } from '../support/workspace/deployed-workspace.ts';
import {
  emptyWorkspace,
  finishedWorkspace,
  legacy,
  put,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

/** Returns the items that the last check of a step left open, with their reasons. */
function openIn(workspace: string, step: string): ReadonlyMap<string, string> {
  const looks = journalOf(workspace).filter((record) => record.type === 'verified');
  const open = looks.findLast((record) => record.step === step)?.open ?? [];
  return new Map(open.map(({ item: box, reason }) => [box, reason]));
}

/** Runs the last phase in a workspace whose other phases are done. */
function complete(workspace: string, flags: readonly string[] = [], how?: HowToRun): Promise<Ended> {
  return rollOut(workspace, ['--phase', 'finalize', ...flags], how);
}

test('checks an archived migration, its README and the ledger at the end', async () => {
  const workspace = await finishedWorkspace({ [`${legacy}/001_old.sql`]: 'select 1;\n' });
  const steps = ['--only', '0.3', '4.4', '5.1'];
  expect(await rollOut(workspace, steps)).toMatchObject({ exit: 0, stderr: '' });
  const proven = boxesProven(workspace);
  expect([1, 2, 3].map((box) => proven.get(`5.1#${box}`))).toEqual(['workspace', 'workspace', 'embedded']);
  expect(textOf(workspace, `${legacy}/README.md`)).toMatch(
    /\| `001_old\.sql` \| legacy, archived \d{4}-.*Z; never used/,
  );
});

test('skips the check of the other PostgreSQL with the embedded engine, with the reason', async () => {
  const workspace = await finishedWorkspace();
  const { stdout } = await complete(workspace);
  expect(stdout).toMatch(/5\.2 .* skipped +needs Docker$/m);
});

describe('the stakeholders', () => {
  const told = (workspace: string, { url }: Webhook): Promise<Ended> =>
    complete(workspace, [], { env: { ERP_DEPLOY_NOTIFY_URL: url } });

  function expectSecret(workspace: string, { secret }: Webhook, ...ended: readonly Ended[]): void {
    for (const { stdout, stderr } of ended) expect(stdout + stderr).not.toContain(secret);
    expect(textOf(workspace, journalFile)).not.toContain(secret);
  }

  test('are not notified if nothing is deployed, whatever the result of the local test', async () => {
    const workspace = await finishedWorkspace();
    const webhook = await startWebhook(200);
    expect(await told(workspace, webhook)).toMatchObject({ exit: 0, stderr: '' });
    expect(webhook.messages).toEqual([]);
    expect(openIn(workspace, '5.3').get('5.3#4')).toContain('nothing is deployed yet');
  });

  test('are notified once, with the text that the plan showed, and the address stays secret', async () => {
    const workspace = await deployedWorkspace();
    const webhook = await startWebhook(200);
    const env = { ERP_DEPLOY_NOTIFY_URL: webhook.url };
    const words = ['plan', '--engine', 'embedded', '--phase', 'finalize', '--verbose'];
    const plan = await erpDeploy(workspace, words, { env });
    expect(plan.stdout).toContain('POST the webhook of the stakeholders');
    expect(plan.stdout).toContain('ready for service development');
    const first = await told(workspace, webhook);
    const second = await told(workspace, webhook);
    expect([first, second]).toMatchObject([
      { exit: 0, stderr: '' },
      { exit: 0, stderr: '' },
    ]);
    expect(webhook.messages).toHaveLength(1);
    expect(JSON.parse(webhook.messages[0] ?? '')).toMatchObject({
      text: expect.stringContaining(deployedAt),
    });
    expect(boxesProven(workspace).get('5.3#4')).toBe('production');
    expectSecret(workspace, webhook, plan, first, second);
  });

  test('may have been notified if no answer came: this is reported, and nothing is sent twice', async () => {
    const workspace = await deployedWorkspace();
    const webhook = await startWebhook('none');
    const first = await told(workspace, webhook);
    expect(first.exit).toBe(4);
    expect(problemIn(first.stderr)).toMatchObject({ code: 'ERP-0412' });
    webhook.answer = 200;
    const second = await told(workspace, webhook);
    expect(second).toMatchObject({ exit: 0, stderr: '' });
    expect(webhook.messages).toHaveLength(1);
    expect(openIn(workspace, '5.3').get('5.3#4')).toContain('may have been sent');
    expectSecret(workspace, webhook, first, second);
  });

  test('are notified by the next run if the webhook refused', async () => {
    const workspace = await deployedWorkspace();
    const webhook = await startWebhook(404);
    const refused = await told(workspace, webhook);
    expect(refused.exit).toBe(4);
    expect(problemIn(refused.stderr)).toMatchObject({ code: 'ERP-0411' });
    webhook.answer = 204;
    const second = await told(workspace, webhook);
    expect(second).toMatchObject({ exit: 0, stderr: '' });
    expect(webhook.messages).toHaveLength(2);
    expectSecret(workspace, webhook, refused, second);
  });

  test('can be notified by an address in .env, and an invalid address is refused without being shown', async () => {
    const workspace = await deployedWorkspace();
    const webhook = await startWebhook(200);
    const env = textOf(workspace, `${stack}/.env`);
    put(workspace, `${stack}/.env`, `${env}NOTIFY_WEBHOOK_URL=mailto:${webhook.secret}\n`);
    const { exit, stderr } = await complete(workspace);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0820' });
    expect(stderr).not.toContain(webhook.secret);
    put(workspace, `${stack}/.env`, `${env}NOTIFY_WEBHOOK_URL=${webhook.url}\n`);
    expect(await complete(workspace)).toMatchObject({ exit: 0, stderr: '' });
    expect(webhook.messages).toHaveLength(1);
  });
});

test('the documents describe as deployed what evidence from production shows', async () => {
  const workspace = await deployedWorkspace();
  expect(await rollOut(workspace, ['--phase', 'docs'])).toMatchObject({ exit: 0, stderr: '' });
  expect(
    textOf(workspace, `${legacy}/README.md`).match(new RegExp(`\\| ${deployedAt} \\|`, 'g')),
  ).toHaveLength(2);
  expect(textOf(workspace, 'SERVICE_INVENTORY.md')).toContain('Production: deployed');
  const proven = boxesProven(workspace);
  expect([proven.get('4.4#4'), proven.get('4.4#5')]).toEqual(['production', 'production']);
});

describe('the lessons', () => {
  const lessons = `${stack}/LESSONS_LEARNED.md`;

  test('are not written if nothing failed', async () => {
    const workspace = await finishedWorkspace();
    expect(boxesProven(workspace).get('5.3#2')).toBe('workspace');
    expect(treeOf(workspace).join('\n')).not.toContain('LESSONS_LEARNED');
  });

  test('contain the notes of the operator, which later runs keep', async () => {
    const workspace = await finishedWorkspace({ 'lessons.txt': 'Measure *first*.\r\n\r\nThen cut.\r\n' });
    expect(await complete(workspace, ['--lessons', 'lessons.txt'])).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, lessons)).toContain('## Notes\n\nMeasure *first*.\n\nThen cut.\n\n## Collected');
    const before = treeOf(workspace);
    expect(await complete(workspace)).toMatchObject({ exit: 0, stderr: '' });
    expect(treeOf(workspace)).toEqual(before);
  });

  test('are collected from steps that failed meanwhile', async () => {
    const broken = `${stack}/migrations/100_own.sql`;
    const workspace = await finishedWorkspace({ [broken]: 'select 1 / 0;\n' });
    expect((await rollOut(workspace, ['--only', '2.2'])).exit).toBe(4);
    put(workspace, broken, 'create table erp.tag (id int primary key);\n');
    expect(await rollOut(workspace, ['--only', '2.2', '2.3', '5.3'])).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, lessons)).toMatch(/^- \d{4}-.*Z, step 2\.2 failed: .* \(ERP-0510\)$/m);
  });

  test('are requested if the given file does not exist', async () => {
    const { exit, stderr } = await complete(await finishedWorkspace(), ['--lessons', 'no.md']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0803' });
  });
});

describe('an OpenSpec change', () => {
  /** A fake of OpenSpec 1.13 that lists active changes, and archives one. */
  const program = `#!/bin/sh
cd openspec/changes
case "$1 $2" in
  'list --json')
    if [ -d add-erp ]; then
      done=$(grep -c '\\[x\\]' add-erp/tasks.md); all=$(grep -c '^- \\[' add-erp/tasks.md)
      echo "{\\"changes\\":[{\\"name\\":\\"add-erp\\",\\"completedTasks\\":$done,\\"totalTasks\\":$all}]}"
    else echo '{"changes":[]}'; fi ;;
  'archive add-erp') mkdir -p archive && mv add-erp archive/2026-11-22-add-erp && echo '{}' ;;
  *) exit 1 ;;
esac
`;

  async function withOpenSpec(
    tasks: string,
    config = '',
  ): Promise<{ workspace: string; how: { env: { PATH: string } } }> {
    const workspace = await finishedWorkspace({
      'openspec/changes/add-erp/tasks.md': tasks,
      ...(config === '' ? {} : { 'erp-deploy.config.yaml': config }),
    });
    const bin = join(emptyWorkspace(), 'bin');
    mkdirSync(bin);
    put(bin, 'openspec', program);
    chmodSync(join(bin, 'openspec'), 0o755);
    return { workspace, how: { env: { PATH: [bin, process.env.PATH].join(delimiter) } } };
  }

  test('that was not named stays open, with the names of the existing changes', async () => {
    const { workspace, how } = await withOpenSpec('- [x] a\n');
    expect(await complete(workspace, [], how)).toMatchObject({ exit: 0, stderr: '' });
    expect(openIn(workspace, '5.3').get('5.3#3')).toContain('that this rollout completes (add-erp)');
  });

  test('is archived by OpenSpec after its tasks are done, and not before', async () => {
    const { workspace, how } = await withOpenSpec('- [x] a\n- [ ] b\n', 'openspec-change: add-erp\n');
    expect(await complete(workspace, [], how)).toMatchObject({ exit: 0, stderr: '' });
    expect(openIn(workspace, '5.3').get('5.3#1')).toContain('1 of 2 tasks done');
    put(workspace, 'openspec/changes/add-erp/tasks.md', '- [x] a\n- [x] b\n');
    const plan = await erpDeploy(workspace, ['plan', '--engine', 'embedded', '--phase', 'finalize'], how);
    expect(plan.stdout).toContain('run openspec archive add-erp --yes --json');
    expect(await complete(workspace, [], how)).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, 'openspec/changes/archive/2026-11-22-add-erp/tasks.md')).toBe(
      '- [x] a\n- [x] b\n',
    );
    expect(boxesProven(workspace).get('5.3#3')).toBe('workspace');
    const before = treeOf(workspace);
    expect(await complete(workspace, [], how)).toMatchObject({ exit: 0, stderr: '' });
    expect(treeOf(workspace)).toEqual(before);
  });

  test('is reported if OpenSpec is not installed', async () => {
    const workspace = await finishedWorkspace({ 'openspec/project.md': '# Project\n' });
    expect(await complete(workspace)).toMatchObject({ exit: 0, stderr: '' });
    expect(openIn(workspace, '5.3').get('5.3#1')).toContain('the openspec program is not installed');
  });
});

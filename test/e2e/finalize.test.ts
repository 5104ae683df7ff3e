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

/** Boxes that the last look at a step left open, with the reason. */
function openIn(workspace: string, step: string): ReadonlyMap<string, string> {
  const looks = journalOf(workspace).filter((record) => record.type === 'verified');
  const open = looks.findLast((record) => record.step === step)?.open ?? [];
  return new Map(open.map(({ item: box, reason }) => [box, reason]));
}

/** The last phase of a workspace whose other phases are done. */
function complete(workspace: string, flags: readonly string[] = [], how?: HowToRun): Promise<Ended> {
  return rollOut(workspace, ['--phase', 'finalize', ...flags], how);
}

test('an archived migration, its README and the ledger are confirmed at the end', async () => {
  const workspace = await finishedWorkspace({ [`${legacy}/001_old.sql`]: 'select 1;\n' });
  const steps = ['--only', '0.3', '4.4', '5.1'];
  expect(await rollOut(workspace, steps)).toMatchObject({ exit: 0, stderr: '' });
  const proven = boxesProven(workspace);
  expect([1, 2, 3].map((box) => proven.get(`5.1#${box}`))).toEqual(['workspace', 'workspace', 'embedded']);
  expect(textOf(workspace, `${legacy}/README.md`)).toMatch(
    /\| `001_old\.sql` \| legacy, archived \d{4}-.*Z; never used/,
  );
});

test('the database next door is left out where no container can be beside the engine, with the reason', async () => {
  const workspace = await finishedWorkspace();
  const { stdout } = await complete(workspace);
  expect(stdout).toMatch(/5\.2 .* skipped +needs Docker$/m);
});

describe('stakeholders', () => {
  const told = (workspace: string, { url }: Webhook): Promise<Ended> =>
    complete(workspace, [], { env: { ERP_DEPLOY_NOTIFY_URL: url } });

  function expectSecret(workspace: string, { secret }: Webhook, ...ended: readonly Ended[]): void {
    for (const { stdout, stderr } of ended) expect(stdout + stderr).not.toContain(secret);
    expect(textOf(workspace, journalFile)).not.toContain(secret);
  }

  test('are not told where nothing is deployed, whatever the local test says', async () => {
    const workspace = await finishedWorkspace();
    const webhook = await startWebhook(200);
    expect(await told(workspace, webhook)).toMatchObject({ exit: 0, stderr: '' });
    expect(webhook.messages).toEqual([]);
    expect(openIn(workspace, '5.3').get('5.3#4')).toContain('nothing is deployed yet');
  });

  test('are told once, in words that the plan showed, and the address is a secret', async () => {
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

  test('may have been told where no answer came: that is said, and nothing is sent twice', async () => {
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

  test('are told by the next run where the webhook refused', async () => {
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

  test('are reached by an address in .env too, and one that is none is refused unseen', async () => {
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

test("what production's evidence says is deployed, the documents say is deployed", async () => {
  const workspace = await deployedWorkspace();
  expect(await rollOut(workspace, ['--phase', 'docs'])).toMatchObject({ exit: 0, stderr: '' });
  expect(
    textOf(workspace, `${legacy}/README.md`).match(new RegExp(`\\| ${deployedAt} \\|`, 'g')),
  ).toHaveLength(2);
  expect(textOf(workspace, 'SERVICE_INVENTORY.md')).toContain('Production: deployed');
  const proven = boxesProven(workspace);
  expect([proven.get('4.4#4'), proven.get('4.4#5')]).toEqual(['production', 'production']);
});

describe('lessons', () => {
  const lessons = `${stack}/LESSONS_LEARNED.md`;

  test('are none where nothing failed, and no file is made for them', async () => {
    const workspace = await finishedWorkspace();
    expect(boxesProven(workspace).get('5.3#2')).toBe('workspace');
    expect(treeOf(workspace).join('\n')).not.toContain('LESSONS_LEARNED');
  });

  test("are people's words where they give them, kept by later runs", async () => {
    const workspace = await finishedWorkspace({ 'lessons.txt': 'Measure *first*.\r\n\r\nThen cut.\r\n' });
    expect(await complete(workspace, ['--lessons', 'lessons.txt'])).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, lessons)).toContain('## Notes\n\nMeasure *first*.\n\nThen cut.\n\n## Collected');
    const before = treeOf(workspace);
    expect(await complete(workspace)).toMatchObject({ exit: 0, stderr: '' });
    expect(treeOf(workspace)).toEqual(before);
  });

  test('are collected from steps that failed on the way', async () => {
    const broken = `${stack}/migrations/100_own.sql`;
    const workspace = await finishedWorkspace({ [broken]: 'select 1 / 0;\n' });
    expect((await rollOut(workspace, ['--only', '2.2'])).exit).toBe(4);
    put(workspace, broken, 'create table erp.tag (id int primary key);\n');
    expect(await rollOut(workspace, ['--only', '2.2', '2.3', '5.3'])).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, lessons)).toMatch(/^- \d{4}-.*Z, step 2\.2 failed: .* \(ERP-0510\)$/m);
  });

  test('are asked for where the file is not there', async () => {
    const { exit, stderr } = await complete(await finishedWorkspace(), ['--lessons', 'no.md']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0803' });
  });
});

describe('an OpenSpec change', () => {
  /** As OpenSpec 1.13 answers: lists active changes, and moves one to the archive. */
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

  test('that was not named is left to the person, with the names there are', async () => {
    const { workspace, how } = await withOpenSpec('- [x] a\n');
    expect(await complete(workspace, [], how)).toMatchObject({ exit: 0, stderr: '' });
    expect(openIn(workspace, '5.3').get('5.3#3')).toContain('that this rollout completes (add-erp)');
  });

  test('is archived by its own program once its tasks are done, and not before', async () => {
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

  test('is reported where the program is not installed', async () => {
    const workspace = await finishedWorkspace({ 'openspec/project.md': '# Project\n' });
    expect(await complete(workspace)).toMatchObject({ exit: 0, stderr: '' });
    expect(openIn(workspace, '5.3').get('5.3#1')).toContain('the openspec program is not installed');
  });
});

import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import { treeOf } from '../support/disk/tree.ts';
import { erpDeploy as builtErpDeploy, type Ended, eventsIn } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { copyOf, emptyWorkspace, sharedFinishedWorkspace, textOf } from '../support/workspace/workspace.ts';

type ItemEvent = Extract<RolloutEvent, { type: 'item' }>;
const boxesIn = ({ stdout }: Ended): readonly ItemEvent[] =>
  eventsIn(stdout).filter((event): event is ItemEvent => event.type === 'item');

describe('the checklist after a rollout on the embedded engine', () => {
  let workspace: string;
  let boxes: readonly ItemEvent[];

  beforeAll(async () => {
    workspace = await sharedFinishedWorkspace();
    boxes = boxesIn(await erpDeploy(workspace, ['checklist', '--json']));
  });

  test('accounts for all 176 items: each has evidence, or names what the operator has to decide', () => {
    expect(boxes).toHaveLength(176);
    const silent = boxes.filter(({ summary }) => /has no evidence for this|not checked yet/.test(summary));
    expect(silent.map(({ item: box, summary }) => [box, summary])).toEqual([]);
    expect(new Set(boxes.map(({ state }) => state))).toEqual(new Set(['ticked', 'open']));
  });

  test('checks off no item about a container or production', () => {
    const ticked = boxes.filter(({ state }) => state === 'ticked');
    const ofContainers = ticked.filter(
      ({ step, text }) => /^3|^5\.2/.test(step ?? '') || /docker/.test(text),
    );
    // Files of the workspace are verified locally, also those for production.
    expect(ofContainers.map(({ item: box }) => box)).toEqual(['0.2#1']);
    expect(ticked.length).toBeGreaterThan(80);
  });

  test('prints only the checklist on stdout, and the items left with their reasons on stderr', async () => {
    const before = treeOf(workspace);
    const { exit, stdout, stderr } = await builtErpDeploy(workspace, ['checklist']);
    expect(exit).toBe(0);
    const ticked = boxes.filter(({ state }) => state === 'ticked');
    expect(stdout.match(/^ *- \[x\] /gm)).toHaveLength(ticked.length);
    expect(stdout).toMatch(/^# Tasks: /);
    expect(stderr).toMatch(/^open +2\.1#2 +line \d+ +Verify postgres-erp running/m);
    expect(stderr).toContain('needs Docker');
    expect(stderr).toContain(`${ticked.length} of 176 items have evidence`);
    expect(treeOf(workspace)).toEqual(before);
  });
});

describe('the checklist of the user', () => {
  const mine = [
    '\uFEFF# Mine\r\n\r\n### 0.3 Archive Legacy Migrations\r\n',
    '* [ ] Create deprecated directory: `mkdir -p /service-builds/postgres/migrations/deprecated`  \r\n',
    '  * [ ] something of my own\r\n',
    '```\r\n- [ ] Create README in deprecated/ explaining why migrations were archived\r\n```\r\n',
    '### 2.1 Setup Local Test Environment\r\n- [x] Verify postgres-erp running: `docker ps | grep postgres-erp`',
  ].join('');
  let workspace: string;

  beforeAll(async () => {
    workspace = await sharedFinishedWorkspace({ 'docs/my tasks.md': mine });
  });

  test('is updated in place, and only items with evidence change', async () => {
    const copy = copyOf(workspace);
    chmodSync(join(copy, 'docs/my tasks.md'), 0o640);
    const ended = await erpDeploy(copy, ['checklist', '--file', 'docs/my tasks.md', '--write']);
    expect(ended).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(copy, 'docs/my tasks.md')).toBe(mine.replace('* [ ] Create', '* [x] Create'));
    expect(statSync(join(copy, 'docs/my tasks.md')).mode & 0o777).toBe(0o640);
    expect(ended.stdout).toMatch(/^unknown +line 5 +something of my own$/m);
    expect(ended.stdout).toMatch(/^claimed +2\.1#2 /m);
    const before = treeOf(copy);
    await erpDeploy(copy, ['checklist', '--file', 'docs/my tasks.md', '--write']);
    expect(treeOf(copy)).toEqual(before);
  });

  test('is not changed without --write', async () => {
    const before = treeOf(workspace);
    const { stdout } = await erpDeploy(workspace, ['checklist', '--file', 'docs/my tasks.md']);
    expect(stdout).toBe(mine.replace('* [ ] Create', '* [x] Create'));
    expect(treeOf(workspace)).toEqual(before);
  });
});

test('rollout, checklist and report name the same number of items left', async () => {
  const fresh = emptyWorkspace();
  const { stdout } = await rollOut(fresh);
  const [, left = ''] = /(\d+) items left/.exec(stdout.trimEnd().split('\n').at(-1) ?? '') ?? [];
  const open = boxesIn(await erpDeploy(fresh, ['checklist', '--json'])).filter(
    ({ state }) => state === 'open',
  );
  expect(open).toHaveLength(Number(left));
  const { stderr } = await erpDeploy(fresh, ['checklist']);
  expect(stderr).toContain(` of 176 items have evidence, ${left} left;`);
  await erpDeploy(fresh, ['report']);
  const report = textOf(fresh, '.erp-deploy/report.html');
  expect(report).toContain(`${left} items left.`);
  expect(report).toContain('<h3>needs Docker</h3>');
});

describe('the checklist of a folder without a rollout', () => {
  test('has no item checked off, and creates no file', async () => {
    const workspace = emptyWorkspace();
    const boxes = boxesIn(await erpDeploy(workspace, ['checklist', '--json']));
    expect(boxes).toHaveLength(176);
    expect(boxes.filter(({ state }) => state !== 'open')).toEqual([]);
    expect(treeOf(workspace)).toEqual([]);
  });

  test('is refused if the file does not exist, or if --write has no file', async () => {
    const workspace = emptyWorkspace();
    const absent = await erpDeploy(workspace, ['checklist', '--file', 'no.md']);
    expect({ exit: absent.exit, code: problemIn(absent.stderr).code }).toEqual({ exit: 2, code: 'ERP-0801' });
    const unnamed = await erpDeploy(workspace, ['checklist', '--write']);
    expect({ exit: unnamed.exit, code: problemIn(unnamed.stderr).code }).toEqual({
      exit: 2,
      code: 'ERP-0802',
    });
  });
});

import { cpSync } from 'node:fs';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { byExtent, sampleOf } from '../run/sample.ts';
import { type FaultProxy, faultProxy } from '../support/production/fault-proxy.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import { type Fault, type FaultName, faults, services } from '../support/production/server-faults.ts';
import { keepDeployment, restoreDeployment, serverStateOf } from '../support/production/server-state.ts';
import type { WatchedRun } from '../support/program/watched-run.ts';
import { copyOf, migrations, put, sharedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

const steps = ['3.1', '3.2', '3.3', '3.4', '3.5'] as const;
type Strike = readonly [step: (typeof steps)[number], fault: FaultName];

const names = Object.keys(faults) as readonly FaultName[]; // its keys are exactly the fault names
const needsSmallDisk: FaultName = 'its disk is full';

/** Successive rollouts, each with a fault in one step, and a last one without a fault. */
type Chain = readonly [name: string, faults: readonly Strike[]];

/** Each fault and each step once. */
const paired: readonly Chain[] = [
  [
    'the link fails in every way, and the machine too',
    [
      ['3.1', 'the link is cut'],
      ['3.2', 'the link is reset'],
      ['3.3', 'the link freezes'],
      ['3.3', 'its power is cut'],
      ['3.4', "the operator's process is killed"],
      ['3.5', 'it is rebooted'],
    ],
  ],
  [
    'what runs there fails, and its disk',
    [
      ['3.1', 'its sshd is restarted'],
      ['3.2', 'its engine is stopped'],
      ['3.3', 'its disk is full'],
    ],
  ],
];

/** Each fault in each step. */
const complete = names.map((name): Chain => [`${name}, in every step`, steps.map((step) => [step, name])]);

const chains = [
  ...sampleOf('chains of production faults', paired, { usual: 2 }),
  ...byExtent({
    usual: () => [],
    all: () => sampleOf('production faults in every step', complete, { usual: 9, all: 9 }),
  })(),
];

describe('a rollout over a database with rows ends like an undisturbed one, whatever faults occur', () => {
  let there: Operator;
  let template: string;
  let undisturbed: Awaited<ReturnType<typeof serverStateOf>>;
  beforeAll(async () => {
    there = await operator({ name: 'struck', fresh: true });
    const { machine } = there.server;
    template = sharedWorkspace();
    expect(await there.rollOut(template, ['--create-env'])).toMatchObject({ exit: 0 });
    await there.ask("insert into erp.people (full_name) values ('Ada'), ('Grace')");
    await keepDeployment(machine);
    await restoreDeployment(machine);
    put(template, `${stack}/docker-compose.yml`, changed(textOf(template, `${stack}/docker-compose.yml`)));
    put(
      template,
      `${migrations}/100_nick.sql`,
      // Long enough to be observed on the production host. The embedded engine has version 18, and need not wait.
      `alter table erp.people add column nick text;
select pg_sleep(case when current_setting('server_version_num')::int < 180000 and current_database() !~ '^erp_deploy_' then 5 else 0 end);\n`,
    );
    const here = ['run', '--non-interactive', '--engine', 'embedded', '--phase', 'local-test'];
    expect(await there.run(template, here)).toMatchObject({ exit: 0 });
    const first = sharedWorkspace();
    cpSync(template, first, { recursive: true });
    const run = there.watch(first, production);
    const { exit, stderr } = await run.ended;
    expect(exit, stderr).toBe(0);
    undisturbed = await serverStateOf(machine);
  });

  test.each(chains)('%s', { timeout: 600_000 }, async (_name, strikes) => {
    const { port, machine } = (await operator({ name: 'struck' })).server;
    if (strikes.some(([, fault]) => fault === needsSmallDisk)) await smallDiskFor(machine);
    await restoreDeployment(machine);
    const link = await faultProxy(port);
    const ssh = [`Port ${link.port}`, `HostKeyAlias [127.0.0.1]:${port}`];
    const far = await operator({ name: 'struck', ssh });
    const workspace = copyOf(template);
    for (const strike of strikes) await struck(far, workspace, link, strike);
    const { exit, stderr } = await far.watch(workspace, production).ended;
    expect(exit, stderr).toBe(0);
    expect(await serverStateOf(far.server.machine)).toEqual(undisturbed);
  });
});

const production = [
  '--create-env',
  '--allow-populated',
  '--restart-database',
  '--wait-for-lock',
  '--phase',
  'production',
];

/** Makes both containers need to be recreated. */
const changed = (compose: string) => compose.replaceAll('retries: 12', 'retries: 13');

/** Every second fault affects a connection through OpenSSH. */
const transportOf = (name: FaultName) => (names.indexOf(name) % 2 === 0 ? 'openssh' : 'ssh2');

/** Runs a rollout up to this step with a fault in it, and repairs the damage. */
async function struck(
  far: Operator,
  workspace: string,
  link: FaultProxy,
  [step, name]: Strike,
): Promise<void> {
  const { machine } = far.server;
  put(workspace, 'erp-deploy.config.yaml', `production:\n  ssh: ${transportOf(name)}\n`);
  const run = far.watch(workspace, [...production, '--until', step]);
  await untilInTheMidst(far, run, step, names.indexOf(name) % 2 === 1);
  const site = { machine, link, run };
  const fault: Fault = faults[name];
  const since = Date.now();
  await fault.strike(site);
  const { exit, stderr } = await run.ended;
  // The rollout survives some faults. Otherwise its process was killed, or it reported a problem.
  expect([0, 3, 4, undefined], `${step}, ${name}: ${stderr}`).toContain(exit);
  const heard = run.events.find(({ type }) => type === 'problem');
  if (exit === 4)
    expect(Date.parse(heard?.at ?? '') - since, `${step}, ${name}: is reported soon`).toBeLessThan(15_000);
  if (name === 'the link freezes') {
    await vi.waitFor(async () => expect(await far.ask(unlocked)).toBe('t'), patient);
    expect(Date.now() - since, 'the server is free of our locks').toBeLessThan(40_000);
  }
  await fault.repair?.(site);
  // Waits for a minute without a heartbeat, by the clock of the production host, which stamps the files.
  const beat = `${services}/postgres-erp/.erp-deploy/lock/beat`;
  await machine.run(['touch', '-c', '-d', '2 minutes ago', beat]);
}

/** @param late whether the fault occurs at the last of several changes, and not at the first */
async function untilInTheMidst(
  far: Operator,
  run: WatchedRun,
  step: Strike[0],
  late: boolean,
): Promise<void> {
  if (step === '3.4') {
    // This step changes nothing, and its checks take long.
    await run.until((event) => event.type === 'step.started' && event.step === step);
    return;
  }
  await run.until(
    (event) => event.type === 'change.started' && event.step === step && (!late || event.index === event.of),
  );
  // Compose prints its progress; a running migration is found in the database.
  if (step === '3.2' || (step === '3.5' && late)) {
    await run.until((event) => event.type === 'output' && event.step === step);
  }
  if (step === '3.3' && late) await vi.waitFor(async () => expect(await far.ask(asleep)).toBe('t'), patient);
}

const unlocked = `select not exists (select from pg_stat_activity a join pg_locks l using (pid)
  where a.application_name = 'erp-deploy' and l.mode <> 'AccessShareLock' and l.locktype <> 'virtualxid')`;
const asleep = "select exists (select from pg_stat_activity where wait_event = 'PgSleep')";
const patient = { timeout: 60_000, interval: 250 };

/**
 * Mounts a separate small file system that can be filled, for one test. A rehearsal needs 256 MB besides the database.
 */
async function smallDiskFor(machine: Machine): Promise<void> {
  const away = () => machine.docker('rm', '--force', 'postgres-erp', 'postgrest-erp');
  await away();
  await machine.run(['mount', '-t', 'tmpfs', '-o', 'size=512m', 'tmpfs', services]);
  onTestFinished(async () => {
    await away();
    await machine.run(['umount', services]);
  });
  await machine.run(['chown', 'david:david', services]);
}

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { journalOf } from '../support/kill/journal.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import { problemIn } from '../support/program/problems.ts';
import { changeOf } from '../support/program/watched-run.ts';
import { copyOf, migrations, sharedWorkspace } from '../support/workspace/workspace.ts';

const lock = '/home/david/services/postgres-erp/.erp-deploy/lock';
const asleep = "exists (select from pg_stat_activity where wait_event = 'PgSleep')";
const ours = "select from pg_stat_activity where application_name = 'erp-deploy' and xact_start is not null";
const words = ['run', '--non-interactive', '--engine', 'embedded', '--production-host', 'droplet'];

describe('two operators on two laptops', () => {
  let there: Operator;
  let [one, other] = ['', ''];
  beforeAll(async () => {
    there = await operator({ name: 'locked', fresh: true });
    [one, other] = [sharedWorkspace(), sharedWorkspace()];
    expect(await there.rollOut(one, ['--create-env'])).toMatchObject({ exit: 0 });
    expect(await there.run(other, ['run', '--non-interactive', '--engine', 'embedded'])).toMatchObject({
      exit: 0,
    });
  });

  test('cannot change the production host at the same time: the second one is shown the holder, or waits', async () => {
    const first = there.start(one, words);
    await untilLocked(true);
    first.kill('SIGSTOP');
    for (const flags of [[], ['--only', '3.7']]) {
      const { exit, stderr } = await there.rollOut(other, flags);
      expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 6, code: 'ERP-0721' });
    }
    const waiting = there.start(other, [...words, '--wait-for-lock']);
    first.kill('SIGCONT');
    expect((await first).exitCode).toBe(0);
    expect((await waiting).exitCode).toBe(0);
    await untilLocked(false);
  });

  test('do not take over from each other while a heartbeat is fresh, except by force', async () => {
    const first = there.start(one, words);
    await untilLocked(true);
    first.kill('SIGSTOP');
    const polite = await there.run(other, ['unlock', '--production-host', 'droplet']);
    expect({ exit: polite.exit, code: problemIn(polite.stderr).code }).toEqual({ exit: 6, code: 'ERP-0721' });
    expect(problemIn(polite.stderr).todo.at(-1)).toMatch(
      /: erp-deploy unlock --production-host droplet --force$/,
    );
    const forced = await there.run(other, ['unlock', '--production-host', 'droplet', '--force']);
    expect(forced).toMatchObject({ exit: 0, stderr: '' });
    await drift();
    first.kill('SIGCONT');
    const woken = await first;
    expect(woken.exitCode, woken.stderr).toBe(6);
    expect(await isDrifted(), 'what woke changed nothing more').toBe(true);
  });

  test('a rollout that slept during a change until its lock expired is taken over, and changes nothing when it wakes', async () => {
    await drift();
    const first = there.watch(one);
    await first.until((event) => event.type === 'change.started' && event.step === '3.5');
    first.send('SIGSTOP');
    await there.server.machine.run(['touch', '-d', '2 minutes ago', `${lock}/beat`]);
    expect(await there.rollOut(other)).toMatchObject({ exit: 0, stderr: '' });
    await drift();
    first.send('SIGCONT');
    const { exit, stderr } = await first.ended;
    expect(exit, stderr).toBe(6);
    expect(await isDrifted(), 'what woke changed nothing more').toBe(true);
  });

  test.each([
    ['at once', 0],
    ['when the server has ended its session', 26],
  ])('a rollout that slept during a migration commits nothing when it wakes %s', async (_when, seconds) => {
    const workspace = await withSlowMigration('late');
    const first = there.watch(workspace);
    await first.until(changeOf('3.3'));
    await untilDatabase(asleep);
    first.send('SIGSTOP');
    const since = Date.now();
    await there.server.machine.run(['touch', '-d', '2 minutes ago', `${lock}/beat`]);
    const forced = await there.run(other, ['unlock', '--production-host', 'droplet']);
    expect(forced).toMatchObject({ exit: 0, stderr: '' });
    if (seconds > 0) await untilDatabase(`not exists (${ours})`);
    else expect(Date.now() - since, 'its session is still there').toBeLessThan(25_000);
    first.send('SIGCONT');
    const { exit, stderr } = await first.ended;
    expect(exit, stderr).toBe(6);
    expect(await there.ask("select to_regclass('erp.late') is null")).toBe('t');
  });

  test('a killed rollout leaves a lock that expires, and the next one continues', async () => {
    const first = there.start(one, words);
    await untilLocked(true);
    first.kill('SIGKILL');
    await first;
    // Waits for a minute without a heartbeat, by the clock of the production host, which stamps the files.
    await there.server.machine.run(['touch', '-d', '2 minutes ago', `${lock}/beat`]);
    // One of its commands still runs, and must end first.
    const holds = ['flock', '--no-fork', '--shared', `${lock}/token`, 'sleep', '600'];
    const left = there.server.machine.start(holds);
    const next = there.watch(other, ['--wait-for-lock']);
    await next.until((event) => event.type === 'note' && event.text.startsWith('waiting for a command of'));
    left.signal('SIGTERM');
    const { exit, stderr } = await next.ended;
    expect(exit, stderr).toBe(0);
  });

  test('a rollout that is asked to stop during a migration commits it and then stops', async () => {
    const workspace = await withSlowMigration('stopped');
    const run = there.watch(workspace);
    await run.until(changeOf('3.3'));
    await untilDatabase(asleep);
    run.send('SIGINT');
    const { exit, stderr } = await run.ended;
    expect({ exit, stderr }).toEqual({ exit: 130, stderr: '' });
    expect(await there.ask("select to_regclass('erp.stopped') is not null")).toBe('t');
    expect(await there.ask("select count(*) from erp_deploy.migrations where name = '100_stopped.sql'")).toBe(
      '1',
    );
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'interrupted', by: 'SIGINT' });
  });

  /**
   * A copy of the workspace of the first operator, with a migration that runs long enough on the production host to be
   * observed, and that passed the local test.
   */
  async function withSlowMigration(name: string): Promise<string> {
    const sleeps =
      "pg_sleep(case when current_setting('server_version_num')::int < 180000 and current_database() !~ '^erp_deploy_' then 5 else 0 end)";
    const text = `create table erp.${name} (id bigint);\nselect ${sleeps};\n`;
    const workspace = copyOf(one, { [`${migrations}/100_${name}.sql`]: text });
    const here = ['run', '--non-interactive', '--engine', 'embedded', '--phase', 'local-test'];
    expect(await there.run(workspace, here)).toMatchObject({ exit: 0 });
    return workspace;
  }

  async function untilLocked(locked: boolean): Promise<void> {
    const look = async () => {
      const { exit } = await there.server.machine.exec(['test', '-d', lock]);
      expect(exit === 0).toBe(locked);
    };
    await vi.waitFor(look, { timeout: 60_000, interval: 200 });
  }

  function untilDatabase(holds: string): Promise<void> {
    const look = async () => expect(await there.ask(`select ${holds}`)).toBe('t');
    // Polls slowly, because each query starts a program in the container.
    return vi.waitFor(look, { timeout: 60_000, interval: 500 });
  }

  /** Stops a container, so that the rollout has something to do. */
  async function drift(): Promise<void> {
    await there.server.machine.docker('stop', 'postgrest-erp');
  }

  async function isDrifted(): Promise<boolean> {
    const format = '{{.State.Running}}';
    return (
      (await there.server.machine.docker('inspect', '--format', format, 'postgrest-erp')).trim() === 'false'
    );
  }
});

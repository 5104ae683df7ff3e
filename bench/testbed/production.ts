import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { atDistance, type Far } from '../../test/testbed/distance/distance.ts';
import { type Server, startServer } from '../../test/testbed/server.ts';
import { program } from '../program.ts';

/** What one round takes, in seconds. `ansible` is absent if it cannot run here or there. */
export interface Round {
  readonly first: number;
  readonly again: number;
  readonly plan: number;
  readonly validate: number;
  readonly status: number;
  readonly byHand: number;
  readonly controlMaster: number;
  readonly ansible?: number;
}

/**
 * Times the same rollout of a production host by each means, in turn.
 * @param withOthers otherwise only by erp-deploy; what the others take is NaN then
 */
export async function productionRounds(
  far: Far | null,
  rounds: number,
  withOthers = true,
): Promise<readonly Round[]> {
  const server = await startServer({ name: 'bench', fresh: true });
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-bench-'));
  const workspace = join(folder, 'workspace');
  const distance = far === null ? null : await atDistance(server.machine, far);
  try {
    mkdirSync(workspace);
    await execa(process.execPath, [program, 'run', '--non-interactive', '--engine', 'embedded'], {
      cwd: workspace,
    });
    const host = distance?.host ?? null;
    const operator = { server, folder, workspace, host };
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const one = await roundOf(operator, withOthers);
      console.log('production', far ?? 'near', one);
      measured.push(one);
    }
    return measured;
  } finally {
    await distance?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Operator {
  readonly server: Server;
  /** For what the operator's ssh needs. */
  readonly folder: string;
  readonly workspace: string;
  /** The address at a distance; null for the near one. */
  readonly host: string | null;
}

const production = ['--phase', 'production', '--skip', '3.5'];

async function roundOf(operator: Operator, withOthers: boolean): Promise<Round> {
  const usual = pathWith(operator, 'usual', []);
  const control = join(operator.folder, 'control');
  mkdirSync(control, { recursive: true, mode: 0o700 });
  const shared = pathWith(operator, 'shared', [
    'ControlMaster auto',
    `ControlPath ${control}/%C`,
    'ControlPersist 10',
  ]);
  const ours = (words: readonly string[], exits: readonly number[] = [0]) =>
    seconds(
      process.execPath,
      [program, ...words, '--production-host', 'droplet'],
      operator.workspace,
      usual,
      exits,
    );
  const typed = (path: string) =>
    seconds('bash', [fileURLToPath(new URL('by-hand.sh', import.meta.url)), operator.workspace], '/', path);
  const run = ['run', '--non-interactive', '--engine', 'embedded', ...production];
  await empty(operator.server);
  const first = await ours([...run, '--create-env']);
  const again = await ours(run);
  const plan = await ours(['plan', '--engine', 'embedded', ...production]);
  const validate = await ours(['validate']);
  // 5: the documents describe the local test still.
  const status = await ours(['status'], [0, 5]);
  const own = { first, again, plan, validate, status };
  if (!withOthers) return { ...own, byHand: Number.NaN, controlMaster: Number.NaN };
  await empty(operator.server);
  const byHand = await typed(usual);
  await empty(operator.server);
  const controlMaster = await typed(shared);
  const round = { ...own, byHand, controlMaster };
  if (!(await canAnsible(operator.server))) return round;
  await empty(operator.server);
  return { ...round, ansible: await byAnsible(operator, shared) };
}

/** Whether Ansible is on this machine, and on the host the Python that its modules need. */
async function canAnsible({ machine }: Server): Promise<boolean> {
  const { exitCode } = await execa('ansible-playbook', ['--version'], { reject: false });
  const { exit } = await machine.exec(['test', '-x', '/usr/bin/python3']);
  return exitCode === 0 && exit === 0;
}

/** With pipelining and one lasting connection, as its documentation advises for distant hosts. */
function byAnsible({ folder, workspace }: Operator, path: string): Promise<number> {
  const settings = join(folder, 'ansible.cfg');
  const sshArguments = '-o ControlMaster=auto -o ControlPersist=10';
  const lines = ['[defaults]', 'interpreter_python = /usr/bin/python3', '[ssh_connection]'];
  writeFileSync(settings, [...lines, 'pipelining = True', `ssh_args = ${sshArguments}`, ''].join('\n'));
  const stack = join(workspace, 'service-builds/postgres-erp');
  const playbook = fileURLToPath(new URL('playbook.yml', import.meta.url));
  const words = ['-i', 'droplet,', '-e', `stack=${stack}`, playbook];
  return seconds('ansible-playbook', words, folder, path, [0], {
    ANSIBLE_CONFIG: settings,
    LC_ALL: 'C.UTF-8',
  });
}

/** Removes what a rollout made. The images stay. */
async function empty({ machine }: Server): Promise<void> {
  const script = `docker rm --force --volumes postgres-erp postgrest-erp; docker network rm portfolio-network
rm -rf /home/david/services; true`;
  await machine.run(['sh', '-c', `{ ${script}; } >/dev/null 2>&1`]);
}

/** Returns a PATH whose ssh and scp know the production host as `droplet`. */
function pathWith({ server, folder, host }: Operator, name: string, before: readonly string[]): string {
  const bin = join(folder, name);
  mkdirSync(bin, { recursive: true });
  const key = join(folder, 'key');
  copyFileSync(server.keyFile, key);
  chmodSync(key, 0o600);
  const address =
    host === null
      ? [`HostName ${server.host}`, `Port ${server.port}`]
      : [`HostName ${host}`, 'Port 22', `HostKeyAlias [127.0.0.1]:${server.port}`];
  const lines = [
    ...before,
    ...address,
    `User ${server.user}`,
    `IdentityFile ${key}`,
    'IdentityAgent none',
    `UserKnownHostsFile ${server.knownHostsFile}`,
  ];
  const config = join(bin, 'config');
  writeFileSync(config, `Host droplet\n  ${lines.join('\n  ')}\n`);
  for (const one of ['ssh', 'scp', 'sftp'])
    writeFileSync(join(bin, one), `#!/bin/sh\nexec /usr/bin/${one} -F ${config} "$@"\n`, { mode: 0o755 });
  return `${bin}:${process.env.PATH}`;
}

/** Runs a command, and returns what it took. @throws if it ends otherwise than expected, since a failure is fast */
async function seconds(
  command: string,
  words: readonly string[],
  cwd: string,
  path: string,
  exits: readonly number[] = [0],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const since = performance.now();
  const ended = await execa(command, words, { cwd, env: { PATH: path, ...env }, reject: false, input: '' });
  const took = (performance.now() - since) / 1000;
  if (ended.exitCode !== undefined && exits.includes(ended.exitCode)) return took;
  throw new Error(
    `${command} ${words.join(' ')}: exit ${ended.exitCode}\n${ended.stdout.slice(-2000)}\n${ended.stderr}`,
  );
}

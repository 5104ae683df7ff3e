import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { type Server, type ServerSettings, startServer } from '../../testbed/server.ts';
import { type Ended, erpDeploy, programFolder, startErpDeploy } from '../program/erp-deploy.ts';
import { WatchedRun } from '../program/watched-run.ts';

/** An operator's machine, whose ssh knows the testbed's droplet as `droplet`; and what is asked of it. */
export interface Operator {
  readonly server: Server;
  /** What the program's environment must hold, so that it finds this operator's ssh. */
  readonly env: Readonly<Record<'PATH', string>>;
  /** The program, in a workspace, with this operator's ssh. */
  run(workspace: string, words: readonly string[]): Promise<Ended>;
  start(workspace: string, words: readonly string[]): ReturnType<typeof startErpDeploy>;
  /** A script of bash in a workspace, for which `erp-deploy` is the program; what it prints. @throws where it fails */
  shell(workspace: string, script: string, env?: Readonly<Record<string, string>>): Promise<string>;
  /** A rollout without questions up to the production host, on the embedded engine, with these flags besides. */
  rollOut(workspace: string, flags?: readonly string[]): Promise<Ended>;
  /** Starts the same, and reads its events as they come. */
  watch(workspace: string, flags?: readonly string[]): WatchedRun;
  /** Asks the production host's database. */
  ask(sql: string): Promise<string>;
}

/** How an operator's ssh is set up, and the program run, where that matters. */
interface OperatorSettings extends ServerSettings {
  /** The known_hosts file that it reads; by default the one with the production host's keys. */
  readonly known?: string;
  /** The private key that it has; by default the one that the production host takes. */
  readonly key?: string;
  /** Locks its copy of the key. */
  readonly passphrase?: string;
  /** Lines of ssh_config(5) that come before its own, and so count instead. */
  readonly ssh?: readonly string[];
  /** More of the environment that the program is run with. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function operator({
  known,
  key,
  passphrase,
  ssh = [],
  env: more,
  ...settings
}: OperatorSettings): Promise<Operator> {
  const machine = await startServer(settings);
  const folder = mkdtempSync(join(inject('testRun'), 'operator-'));
  const lines = [...ssh, `UserKnownHostsFile ${known ?? machine.knownHostsFile}`];
  const own = join(folder, 'key');
  copyFileSync(key ?? machine.keyFile, own);
  chmodSync(own, 0o600);
  if (passphrase !== undefined) await execa('ssh-keygen', ['-p', '-P', '', '-N', passphrase, '-f', own]);
  const env = { PATH: `${sshFor(folder, machine, own, lines)}:${process.env.PATH}`, ...more };
  const run: Operator['run'] = (workspace, words) => erpDeploy(workspace, words, { env });
  return {
    server: machine,
    env,
    run,
    start: (workspace, words) => startErpDeploy(workspace, words, { env }),
    shell: async (workspace, script, besides = {}) => {
      const all = { ...env, ...besides, PATH: `${programFolder()}:${env.PATH}` };
      return (await execa('bash', ['-ec', script], { cwd: workspace, env: all })).stdout;
    },
    watch: (workspace, flags = []) =>
      new WatchedRun(workspace, ['--production-host', 'droplet', ...flags], { env }),
    rollOut: (workspace, flags = []) =>
      run(workspace, [
        'run',
        '--non-interactive',
        '--engine',
        'embedded',
        '--production-host',
        'droplet',
        ...flags,
      ]),
    ask: async (sql) => {
      const psql = ['psql', '-U', 'erp_admin', '-d', 'portfolio', '-v', 'ON_ERROR_STOP=1', '-Atc', sql];
      return (await machine.machine.docker('exec', 'postgres-erp', ...psql)).trim();
    },
  };
}

/** OpenSSH finds a user's settings by the password database, not by HOME: so it is given their path. */
function sshFor(
  folder: string,
  { host, port, user }: Server,
  key: string,
  before: readonly string[],
): string {
  const [bin, config] = [join(folder, 'bin'), join(folder, 'config')];
  mkdirSync(bin);
  const settings = [
    ...before,
    `HostName ${host}`,
    `Port ${port}`,
    `User ${user}`,
    `IdentityFile ${key}`,
    'IdentityAgent none',
  ];
  writeFileSync(config, `Host droplet\n  ${settings.join('\n  ')}\n`);
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${config} "$@"\n`, { mode: 0o755 });
  return bin;
}

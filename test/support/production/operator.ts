import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { type Server, type ServerSettings, startServer } from '../../testbed/server.ts';
import { type Ended, erpDeploy, programFolder, startErpDeploy } from '../program/erp-deploy.ts';
import { WatchedRun } from '../program/watched-run.ts';

/** The machine of an operator, whose ssh knows the production host of the testbed as `droplet`. */
export interface Operator {
  readonly server: Server;
  /** Environment variables with which the program finds the ssh of this operator. */
  readonly env: Readonly<Record<'PATH', string>>;
  /** Runs the program in a workspace with the ssh of this operator. */
  run(workspace: string, words: readonly string[]): Promise<Ended>;
  start(workspace: string, words: readonly string[]): ReturnType<typeof startErpDeploy>;
  /** Runs a bash script in a workspace, with `erp-deploy` in PATH; returns its output. @throws if it fails */
  shell(workspace: string, script: string, env?: Readonly<Record<string, string>>): Promise<string>;
  /**
   * Runs a rollout without questions to the production host, with the local test on the embedded engine and with these
   * flags.
   */
  rollOut(workspace: string, flags?: readonly string[]): Promise<Ended>;
  /** Starts the same rollout, and reads its events as they arrive. */
  watch(workspace: string, flags?: readonly string[]): WatchedRun;
  /** Queries the database of the production host. */
  ask(sql: string): Promise<string>;
}

/** Settings of the operator's ssh, and for running the program. */
interface OperatorSettings extends ServerSettings {
  /** The known_hosts file; by default one with the keys of the production host. */
  readonly known?: string;
  /** The private key; by default one that the production host accepts. */
  readonly key?: string;
  /** Passphrase that locks the operator's copy of the key. */
  readonly passphrase?: string;
  /** Lines of ssh_config(5) before the default ones, which they override. */
  readonly ssh?: readonly string[];
  /** Additional environment variables of the program. */
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

/** OpenSSH finds the settings of a user through the password database and not through HOME, so it gets their path. */
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

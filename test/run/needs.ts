import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

/** Something that a test needs besides Node and npm packages. */
export interface Need {
  /** Its name in the line about omitted tests. */
  readonly what: string;
  readonly isThere: () => boolean;
  /** Debian packages that provide it; empty if none does. */
  readonly packages: readonly string[];
  /** Files in test/ that use it; every test that imports one of them needs it. */
  readonly usedBy: readonly string[];
  /** Group of the tests with this need outside the e2e folders. */
  readonly group: 'database' | 'embedded' | 'production';
  /** Installs it; any user may run this. */
  readonly install?: () => Promise<unknown>;
}

const isRoot = process.getuid?.() === 0;

/** Folder of the Node versions on which the program is tested besides the pinned one. */
const otherNodes = fileURLToPath(new URL('../nodes', import.meta.url));

export const needs = {
  postgresql: {
    what: 'a PostgreSQL server',
    isThere: () => globSync('/usr/lib/postgresql/*/bin/postgres').length > 0,
    packages: ['postgresql'],
    usedBy: ['support/database/real-postgres.ts'],
    group: 'database',
  },
  pgbouncer: {
    what: 'PgBouncer',
    isThere: () => existsSync('/usr/sbin/pgbouncer'),
    packages: ['pgbouncer'],
    usedBy: ['support/database/pooler.ts'],
    group: 'database',
  },
  sshd: {
    what: 'OpenSSH, client and server',
    isThere: () => existsSync('/usr/sbin/sshd') && inPath('ssh'),
    packages: ['openssh-server', 'openssh-client'],
    usedBy: ['adapters/ssh/sshd.ts'],
    group: 'production',
  },
  python: {
    what: 'Python with asyncpg and dotenv',
    isThere: () => pythonHas('asyncpg', 'dotenv'),
    packages: ['python3-asyncpg', 'python3-dotenv'],
    usedBy: ['support/program/python.ts'],
    group: 'database',
  },
  chromium: {
    what: 'Chromium',
    isThere: () => existsSync('/usr/bin/chromium'),
    packages: ['chromium'],
    usedBy: ['support/report/chromium.ts'],
    group: 'database',
  },
  git: {
    what: 'git',
    isThere: () => inPath('git'),
    packages: ['git'],
    usedBy: ['support/workspace/legacy-workspace.ts', 'e2e-docker/two-weeks.test.ts'],
    group: 'database',
  },
  openssl: {
    what: 'openssl',
    isThere: () => inPath('openssl'),
    packages: ['openssl'],
    usedBy: ['support/production/certificate.ts', 'support/production/public-way.ts'],
    group: 'database',
  },
  namespaces: {
    what: 'the right to make PID namespaces',
    isThere: () => runs('unshare', [...(isRoot ? [] : ['--map-root-user']), '--pid', '--fork', 'true']),
    packages: ['util-linux'],
    usedBy: ['engine/lock-pid-namespaces.test.ts'],
    group: 'embedded',
  },
  nodes: {
    what: 'the oldest and the newest Node',
    isThere: haveOtherNodes,
    packages: [],
    usedBy: ['e2e/web-assembly.test.ts'],
    group: 'embedded',
    install: () => execa('npm', ['ci', '--prefix', otherNodes, '--no-audit', '--no-fund']),
  },
  ps: {
    what: 'ps',
    isThere: () => inPath('ps'),
    packages: ['procps'],
    usedBy: ['adapters/ssh/bridge.test.ts'],
    group: 'production',
  },
  mandoc: {
    what: 'mandoc',
    isThere: () => inPath('mandoc'),
    packages: ['mandoc'],
    usedBy: ['assets/man-page.test.ts'],
    group: 'database',
  },
  shellcheck: {
    what: 'ShellCheck',
    isThere: () => inPath('shellcheck'),
    packages: ['shellcheck'],
    usedBy: ['support/program/shellcheck.ts'],
    group: 'database',
  },
  schedulers: {
    what: 'systemd-analyze and cron',
    isThere: () => inPath('systemd-analyze') && inPath('cron') && inPath('crontab'),
    packages: ['systemd', 'cron'],
    usedBy: ['support/program/schedulers.ts'],
    group: 'database',
  },
  shells: {
    what: 'dash, bash and BusyBox',
    isThere: () => ['dash', 'bash', 'busybox'].every(inPath),
    packages: ['dash', 'bash', 'busybox'],
    usedBy: ['support/program/shells.ts'],
    group: 'database',
  },
  mounts: {
    what: 'the right to mount a file system, which is root’s',
    isThere: () => isRoot && inPath('mount'),
    packages: [],
    usedBy: ['support/disk/small-disk.ts'],
    group: 'database',
  },
  testbed: {
    what: 'the testbed, which takes root and a Docker engine, or the right to start one',
    isThere: () =>
      isRoot &&
      ['docker', 'iptables', 'ip', 'mmdebstrap', 'ssh', 'curl'].every(inPath) &&
      (existsSync('/var/run/docker.sock') || inPath('dockerd')),
    packages: ['docker-cli', 'docker.io', 'iptables', 'iproute2', 'mmdebstrap', 'openssh-client', 'curl'],
    usedBy: ['testbed/nested-machine.ts', 'testbed/server.ts', 'testbed/images/have-images.ts'],
    group: 'production',
  },
} satisfies Record<string, Need>;

export type NeedName = keyof typeof needs;
// The keys are exactly the names of needs.
export const needNames = Object.keys(needs) as readonly NeedName[];

/** Debian installs daemons into folders that only the PATH of root contains. */
function inPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function runs(program: string, words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: 'pipe' });
    return true;
  } catch {
    return false; // the program does not exist, or fails
  }
}

function pythonHas(...modules: readonly string[]): boolean {
  const has = (python: string, module: string) => runs(python, ['-c', `import ${module}`]);
  return modules.every((module) => ['/usr/bin/python3', 'python3'].some((python) => has(python, module)));
}

/** Returns whether the versions of the lock file are installed, with the programs that their install scripts fetch. */
function haveOtherNodes(): boolean {
  const versionsIn = (lock: string) =>
    ['oldest', 'newest'].map(
      (name) => lockSchema.parse(JSON.parse(lock)).packages[`node_modules/${name}`]?.version,
    );
  const installed = join(otherNodes, 'node_modules/.package-lock.json');
  const programs = ['oldest', 'newest'].map((name) => join(otherNodes, 'node_modules', name, 'bin/node'));
  if (![installed, ...programs].every((file) => existsSync(file))) return false;
  const [ours, wanted] = [installed, join(otherNodes, 'package-lock.json')].map((file) =>
    readFileSync(file, 'utf8'),
  );
  return `${versionsIn(ours ?? '')}` === `${versionsIn(wanted ?? '')}`;
}

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

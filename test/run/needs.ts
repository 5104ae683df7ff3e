import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something that a test needs beside Node and npm's packages. */
interface Need {
  /** What it is, in the line that says what was left out. */
  readonly what: string;
  readonly isThere: () => boolean;
  /** Debian's packages that bring it; none if nothing that can be installed does. */
  readonly packages: readonly string[];
  /** Files below test/ that use it; every test that imports one of them needs it. */
  readonly usedBy: readonly string[];
  /** Group of the tests outside of the e2e folders that need it. */
  readonly group: 'database' | 'production';
}

const isRoot = process.getuid?.() === 0;

export const needs = {
  postgresql: {
    what: 'a PostgreSQL server',
    isThere: () => globSync('/usr/lib/postgresql/*/bin/postgres').length > 0,
    packages: ['postgresql'],
    usedBy: ['support/real-postgres.ts'],
    group: 'database',
  },
  pgbouncer: {
    what: 'PgBouncer',
    isThere: () => existsSync('/usr/sbin/pgbouncer'),
    packages: ['pgbouncer'],
    usedBy: ['support/pooler.ts'],
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
    usedBy: ['support/python.ts'],
    group: 'database',
  },
  chromium: {
    what: 'Chromium',
    isThere: () => existsSync('/usr/bin/chromium'),
    packages: ['chromium'],
    usedBy: ['support/chromium.ts'],
    group: 'database',
  },
  git: {
    what: 'git',
    isThere: () => inPath('git'),
    packages: ['git'],
    usedBy: ['support/legacy-workspace.ts'],
    group: 'database',
  },
  openssl: {
    what: 'openssl',
    isThere: () => inPath('openssl'),
    packages: ['openssl'],
    usedBy: ['support/certificate.ts', 'support/public-way.ts'],
    group: 'database',
  },
  ps: {
    what: 'ps',
    isThere: () => inPath('ps'),
    packages: ['procps'],
    usedBy: ['adapters/ssh/bridge.test.ts'],
    group: 'production',
  },
  mounts: {
    what: 'the right to mount a file system, which is root’s',
    isThere: () => isRoot && inPath('mount'),
    packages: [],
    usedBy: ['support/small-disk.ts'],
    group: 'database',
  },
  testbed: {
    what: 'the testbed, which takes root and a Docker engine, or the right to start one',
    isThere: () =>
      isRoot &&
      ['docker', 'iptables', 'ip', 'mmdebstrap', 'ssh', 'curl'].every(inPath) &&
      (existsSync('/var/run/docker.sock') || inPath('dockerd')),
    packages: ['docker-cli', 'docker.io', 'iptables', 'iproute2', 'mmdebstrap', 'openssh-client', 'curl'],
    usedBy: ['testbed/nested-machine.ts', 'testbed/droplet.ts', 'testbed/images/have-images.ts'],
    group: 'production',
  },
} satisfies Record<string, Need>;

export type NeedName = keyof typeof needs;
// Its own keys.
export const needNames = Object.keys(needs) as readonly NeedName[];

/** Debian has its daemons in folders that only root's PATH holds. */
function inPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function pythonHas(...modules: readonly string[]): boolean {
  return modules.every((module) =>
    ['/usr/bin/python3', 'python3'].some((python) => {
      try {
        execFileSync(python, ['-c', `import ${module}`], { stdio: 'pipe' });
        return true;
      } catch {
        return false; // it does not exist, or lacks the module
      }
    }),
  );
}

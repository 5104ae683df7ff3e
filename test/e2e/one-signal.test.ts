import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { listening } from '../peers/hostile-http.ts';
import { hostilePostgres, logIn } from '../peers/hostile-postgres.ts';
import { hostileLines, hostileProgram } from '../peers/hostile-programs.ts';
import { type Hostility, hostileSsh } from '../peers/hostile-ssh.ts';
import { sampleOf } from '../run/sample.ts';
import { type HowToRun, startErpDeploy } from '../support/program/erp-deploy.ts';
import { fakeDocker } from '../support/program/fake-docker.ts';
import { emptyWorkspace, put } from '../support/workspace/workspace.ts';

/**
 * Milliseconds that the program may take to end after one signal, besides the time that a busy machine takes to start
 * an empty program.
 */
const promptly = 2_000;

/** Milliseconds after which the program counts as hanging. */
const hopeless = 30_000;

/** How the test makes the program wait. */
interface Wait extends HowToRun {
  readonly words: readonly string[];
  /** A promise that resolves when the program waits, or a text that it prints before. */
  readonly reached: Promise<unknown> | string;
}

const silence = () => undefined;
/** Returns a promise with the function that resolves it. */
function arrival() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { reached: promise, arrive: () => resolve() };
}
const path = (folder: string) => ({ PATH: `${folder}:${process.env.PATH}` });
const url = (port: number) => `postgres://ada@127.0.0.1:${port}/shop`;
const there = (file: string) => expect.poll(() => existsSync(file)).toBe(true);
const watching = ['validate', '--watch', '--engine', 'embedded'];

async function silentPostgres(after: boolean): Promise<Wait> {
  const { reached, arrive } = arrival();
  const { port } = await (after ? hostilePostgres(logIn, arrive) : hostilePostgres(arrive));
  return { words: ['validate', '--engine', 'embedded', '--database-url', url(port)], reached };
}

async function silentProgram(program: 'docker' | 'git', words: readonly string[]): Promise<Wait> {
  const { bin, reached } = hostileProgram(program, '*', hostileLines.silence ?? '');
  return { words, env: path(bin), reached: there(reached) };
}

async function silentSsh(hostility: (arrive: () => void) => Hostility): Promise<Wait> {
  const { reached, arrive } = arrival();
  const { bin } = await hostileSsh(hostility(arrive));
  return { words: ['doctor', '--production-host', 'droplet'], env: path(bin), reached };
}

/**
 * Makes every thread of the libuv pool wait for a pipe that is never written to, so that a name lookup has to queue.
 */
const hungLookup = (folder: string) =>
  `data:text/javascript,
  import { open, existsSync, writeFileSync } from 'node:fs';
  import { lookup } from 'node:dns';
  const timer = setInterval(() => {
    if (!existsSync('${folder}/hang')) return;
    clearInterval(timer);
    for (let thread = 0; thread < 4; thread += 1) open('${folder}/pipe', 'r', () => undefined);
    lookup('example.org', () => undefined);
    writeFileSync('${folder}/hangs', '');
  }, 20);
  timer.unref();`.replaceAll('\n', ' ');

/** Things that the program waits for. @param workspace its folder, which is empty */
const waits: Readonly<Record<string, (workspace: string) => Promise<Wait>>> = {
  'a PostgreSQL before the log-in': () => silentPostgres(false),
  'a PostgreSQL after the log-in': () => silentPostgres(true),
  'a bucket': async (workspace) => {
    const { reached, arrive } = arrival();
    const endpoint = `${await listening(arrive)}/bucket`;
    put(workspace, 'erp-deploy.config.yaml', `backup: { s3: { endpoint: "${endpoint}" } }\n`);
    const env = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret-of-a-bucket' };
    return { words: ['restore', '--drill', '--database-url', url(9)], env, reached };
  },
  docker: () => silentProgram('docker', ['doctor', '--engine', 'docker']),
  git: () => silentProgram('git', ['run', '--non-interactive', '--engine', 'embedded', '--phase', 'prepare']),
  'the keys of an SSH server': () => silentSsh((arrive) => ({ keys: silence, reached: arrive })),
  'the log-in at an SSH server': () => silentSsh((arrive) => ({ logIn: silence, reached: arrive })),
  'a session of an SSH server': () => silentSsh((arrive) => ({ session: silence, reached: arrive })),
  'a shell of an SSH server': () => silentSsh((arrive) => ({ shell: silence, reached: arrive })),
  'a command of an SSH server': () => silentSsh((arrive) => ({ command: arrive })),
  'a pipe in place of the configuration': async (workspace) => {
    const pipe = join(workspace, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reached = join(workspace, 'reached');
    // Opening a pipe to write waits for its reader.
    const script = `exec 3>'${pipe}'; : >'${reached}'; exec sleep 60`;
    const writer = spawn('sh', ['-c', script], { stdio: 'ignore' });
    onTestFinished(() => void writer.kill());
    return { words: ['plan', '--config', pipe], reached: there(reached) };
  },
  'a change of the migrations': async () => ({ words: watching, reached: 'watching the migrations' }),
  'the next line of a log': async (workspace) => {
    const reached = join(workspace, 'reached');
    const env = path(fakeDocker(`: >'${reached}'; exec sleep 60`));
    return { words: ['logs', '--follow', '--engine', 'docker'], env, reached: there(reached) };
  },
  psql: async (workspace) => {
    const { bin, reached } = hostileProgram('psql', '*--command*', hostileLines.silence ?? '');
    put(workspace, 'service-builds/postgres-erp/.env', 'POSTGREST_DB_PASSWORD=a-password-of-a-test\n');
    const env = path(`${bin}:${fakeDocker(':')}`);
    return { words: ['psql', 'select 1', '--engine', 'docker'], env, reached: there(reached) };
  },
  'a name server': async (workspace) => {
    execFileSync('mkfifo', [join(workspace, 'pipe')]);
    const node = [process.execPath, '--import', hungLookup(workspace)];
    return { words: watching, node, reached: 'watching the migrations' };
  },
};

/** Here Node itself waits, so every run tests this case. */
const nameServer = 'a name server';
const others = Object.keys(waits).filter((name) => name !== nameServer);

it.each([nameServer, ...sampleOf('waits that one signal ends', others, { usual: 3 })])(
  'one signal ends the program while it waits for %s, and it says so',
  async (name) => {
    const workspace = emptyWorkspace();
    const { words, reached, ...how } = (await waits[name]?.(workspace)) ?? { words: [], reached: '' };
    const running = startErpDeploy(workspace, words, how);
    if (typeof reached === 'string') await printed(running, reached);
    else await Promise.race([reached, running.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
    if (name === nameServer) {
      writeFileSync(join(workspace, 'hang'), '');
      await there(join(workspace, 'hangs'));
    }
    const start = performance.now();
    execFileSync(process.execPath, ['-e', '0']);
    const slowness = performance.now() - start;
    const since = performance.now();
    running.kill('SIGTERM');
    const late = setTimeout(() => running.kill('SIGKILL'), hopeless);
    const { exitCode, signal, stdout, stderr } = await running;
    clearTimeout(late);
    expect({ exit: exitCode ?? signal, stderr }).toEqual({
      stderr,
      exit: name === nameServer ? 'SIGTERM' : 143,
    });
    expect(stdout + stderr).toMatch(/[Ss]topped|interrupted/);
    expect(performance.now() - since).toBeLessThan(promptly + slowness);
  },
);

/** Waits until the program printed a text. */
function printed(running: ReturnType<typeof startErpDeploy>, text: string): Promise<void> {
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [running.stdout, running.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      said += bytes;
      if (said.includes(text)) resolve();
    });
  }
  void running.then(() => reject(new Error(said)));
  return promise;
}

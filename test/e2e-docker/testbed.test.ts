import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { sharedWorkspace } from '../support/workspace/workspace.ts';
import { docker, labelled } from '../testbed/docker.ts';
import type { Machine } from '../testbed/machine/machine.ts';
import { nestedMachine } from '../testbed/nested-machine.ts';
import { checkout, label, prefix } from '../testbed/places.ts';
import { type Server, startServer } from '../testbed/server.ts';
import { bringUp } from '../testbed/testbed.ts';

const { images } = inject('testbed');

test('bringing the testbed up again changes nothing', async () => {
  const before = await everything();
  const said: string[] = [];
  await Promise.all([bringUp((line) => said.push(line)), bringUp((line) => said.push(line))]);
  expect({ said, after: await everything() }).toEqual({ said: [], after: before });
});

describe('a machine of the testbed', () => {
  let machine: Machine;
  let home: string;
  beforeAll(async () => {
    home = sharedWorkspace();
    const readOnly = [join(checkout, 'test'), join(checkout, 'assets'), join(checkout, 'package.json')];
    machine = await nestedMachine({ folders: [inject('testRun')], readOnly });
  });
  afterAll(() => machine?.remove());

  test('has the images, and no registry', async () => {
    const { exit, stderr } = await machine.exec(['docker', 'pull', 'postgres:17']);
    expect(exit).toBe(1);
    expect(stderr).toContain('lookup');
    const tags = await machine.docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}');
    expect(tags.split('\n').sort()).toEqual(Object.values(images).sort());
  });

  test('keeps its containers when its engine is killed, and restarts the engine when it boots', async () => {
    const sleeper = [
      '--detach',
      '--name',
      'sleeper',
      '--restart',
      'always',
      images.postgres,
      'sleep',
      '1000',
    ];
    await machine.docker('run', ...sleeper);
    const pid = await machine.docker('inspect', '--format', '{{.State.Pid}}', 'sleeper');
    await machine.killEngine();
    expect((await machine.exec(['docker', 'version'])).exit).toBe(1);
    expect((await machine.exec(['test', '-d', `/proc/${pid}`])).exit).toBe(0);
    await machine.powerCut();
    expect(await machine.docker('ps', '--format', '{{.Names}}')).toBe('sleeper');
    await machine.docker('rm', '--force', '--volumes', 'sleeper');
  });

  test('uses real images if a registry can be reached', async () => {
    const saved = join(home, 'saved');
    await machine.run(['mkdir', saved]);
    await machine.run(['sh', '-c', `docker save ${images.traefik} | tar -x -C ${saved}`]);
    await machine.docker('image', 'rm', images.traefik);
    const words = [process.execPath, join(checkout, 'test/testbed/machine/registry.ts'), saved, '5000'];
    const { running, signal } = machine.start(words);
    const sockets = () => machine.run(['ss', '-Hltn', 'sport = :5000']);
    await vi.waitFor(async () => expect(await sockets()).toContain('127.0.0.1:5000'), { timeout: 30_000 });
    const mirrors = JSON.stringify({ 'registry-mirrors': ['http://127.0.0.1:5000'] });
    await machine.run(['sh', '-c', 'mkdir -p /etc/docker && cat > /etc/docker/daemon.json'], {
      input: mirrors,
    });
    await machine.stopEngine();
    await machine.startEngine();

    const pull = join(checkout, 'test/testbed/images/pull.ts');
    const script = `const { pullReal } = await import('${pull}');
      console.log(await pullReal(['${images.traefik}'], console.log));`;
    const node = [process.execPath, '--input-type=module', '--eval', script];
    const told = await machine.run(node, { env: { XDG_CACHE_HOME: home, HOME: home } });
    expect(told).toBe(`pulling ${images.traefik}\n[ '${images.traefik}' ]\n`);
    expect(await machine.docker('image', 'ls', '--quiet', images.traefik)).not.toBe('');
    signal('SIGTERM');
    await running;
  });

  // A second testbed inside a machine of the testbed, on an engine that nothing else uses.
  test('removing a testbed keeps objects that it did not create', async () => {
    await machine.docker('network', 'create', 'mine');
    await machine.docker('network', 'create', '--label', label, `${prefix}-theirs`);
    await machine.docker('volume', 'create', 'mine');
    await machine.run(['sh', '-c', 'echo | tar -cf - -T /dev/null | docker import - mine:1']);
    const run = ['run', '--detach', '--entrypoint', 'sleep'];
    await machine.docker(...run, '--name', 'theirs', '--label', `${label}=machine`, images.postgres, '100');
    const bed = join(checkout, 'test/testbed/down.ts');
    await machine.run([process.execPath, bed, '--cache'], { env: { XDG_CACHE_HOME: home, HOME: home } });

    expect(await machine.docker('container', 'ls', '--all', '--format', '{{.Names}}')).toBe('');
    expect(await machine.docker('image', 'ls', '--format', '{{.Repository}}')).toBe('mine');
    expect(await machine.docker('volume', 'ls', '--format', '{{.Name}}')).toBe('mine');
    const networks = await machine.docker(
      'network',
      'ls',
      '--filter',
      'type=custom',
      '--format',
      '{{.Name}}',
    );
    expect(networks).toBe('mine');
    expect(existsSync(join(home, 'erp-deploy-testbed'))).toBe(false);
  });

  test('a testbed without an engine, and without the means to start one, reports what is missing', async () => {
    await machine.stopEngine();
    await machine.run(['rm', '/usr/sbin/dockerd']);
    const bed = join(checkout, 'test/testbed/up.ts');
    const { exit, stderr } = await machine.exec([process.execPath, bed], { env: { XDG_CACHE_HOME: home } });
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^The testbed needs these Debian packages: .*docker\.io/);
  });
});

describe('the production host', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ name: 'of-the-bed-test', fresh: true });
  });
  afterAll(() => server?.machine.remove());

  test('accepts its user by key, and has an engine with compose v2, before and after a reboot', async () => {
    expect(await overSsh(server, 'docker compose version --short')).toMatch(/^2\./);
    await server.machine.reboot();
    expect(await overSsh(server, 'docker image ls --quiet | wc -l')).toBe('4');
  });

  test('is shared by all tests that use the same name', async () => {
    await overSsh(server, 'touch was-here');
    const again = await startServer({ name: 'of-the-bed-test' });
    expect(await overSsh(again, 'ls was-here')).toBe('was-here');
  });

  test('is reached only through 127.0.0.1', async () => {
    const format = '{{range .NetworkSettings.Ports}}{{range .}}{{.HostIp}} {{end}}{{end}}';
    const { stdout } = await docker(['inspect', '--format', format, server.machine.name]);
    expect(stdout).toBe('127.0.0.1 ');
  });
});

/** Returns the ids of the testbed's objects without machines, which other tests create and remove meanwhile. */
async function everything(): Promise<readonly string[]> {
  return [...(await labelled('image', label)), ...(await labelled('network', label))].sort();
}

async function overSsh({ port, user, keyFile, knownHostsFile }: Server, command: string): Promise<string> {
  const options = ['BatchMode=yes', `UserKnownHostsFile=${knownHostsFile}`].flatMap((one) => ['-o', one]);
  const { stdout } = await execa('ssh', [
    '-i',
    keyFile,
    ...options,
    '-p',
    `${port}`,
    `${user}@127.0.0.1`,
    command,
  ]);
  return stdout;
}

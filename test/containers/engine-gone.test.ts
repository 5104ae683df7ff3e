import { describe, expect, it } from 'vitest';
import { defaultContainers } from '../../src/config/containers.ts';
import { containerNamed } from '../../src/containers/container.ts';
import { networkIsThere } from '../../src/containers/network.ts';
import { occupantOf } from '../../src/containers/port.ts';
import { imageIsHere } from '../../src/containers/service-state.ts';
import { toolsOf } from '../../src/containers/tools.ts';
import type { Host } from '../../src/domain/ports/host.ts';
import { engineGone, engineThere, inspected, scriptedHost } from '../support/production/scripted-host.ts';

const { signal } = new AbortController();

const looks: Readonly<Record<string, (host: Host) => Promise<unknown>>> = {
  'a container': (host) => containerNamed(host, 'postgres-erp', signal),
  'the network': (host) => networkIsThere({ host, containers: defaultContainers }, signal),
  'an image': (host) => imageIsHere({ host }, 'an/image:1', signal),
  'a port': (host) => occupantOf({ host }, defaultContainers.database, signal),
};

/** An empty engine: lists have no entries, and named objects do not exist. */
function emptyEngine(words: string) {
  if (words.includes(' inspect')) return { exitCode: 1, stderr: 'Error response from daemon: No such thing' };
  return words.includes('version') ? engineThere : { stdout: '' };
}

describe.each(Object.entries(looks))('the check for %s', (_, look) => {
  it('reports that the engine no longer answers', async () => {
    let there = true;
    const host = scriptedHost((argv) => (there ? emptyEngine(argv.join(' ')) : engineGone));
    expect(await toolsOf(host, signal)).toMatchObject({ compose: 'v2' });
    there = false;
    await expect(look(host)).rejects.toMatchObject({ problems: [{ code: 'ERP-0602' }] });
    expect(await toolsOf(host, signal), 'what was known of it is not believed any more').toMatchObject({
      code: 'ERP-0602',
    });
  });

  it('finds nothing in an empty engine', async () => {
    const noListener = { listens: async () => false };
    const found = await look(scriptedHost((argv) => emptyEngine(argv.join(' ')), noListener));
    expect([null, false]).toContain(found);
  });
});

it('treats a container that was removed between two queries as missing, and reports one that cannot be inspected', async () => {
  const listing = ['id', ''];
  const going = scriptedHost((argv) =>
    argv.includes('ls') ? { stdout: listing.shift() ?? '' } : emptyEngine(argv.join(' ')),
  );
  expect(await containerNamed(going, 'postgres-erp', signal)).toBeNull();
  const hidden = scriptedHost((argv) =>
    argv.includes('ls') ? { stdout: 'id' } : emptyEngine(argv.join(' ')),
  );
  await expect(containerNamed(hidden, 'postgres-erp', signal)).rejects.toMatchObject({
    problems: [{ code: 'ERP-0610' }],
  });
});

it('finds an existing container', async () => {
  const host = scriptedHost((argv) => ({ stdout: argv.includes('ls') ? 'id' : inspected() }));
  expect(await containerNamed(host, 'postgres-erp', signal)).toMatchObject({ id: 'id', status: 'running' });
});

it('suggests the embedded engine for this machine, but not for a production host', async () => {
  const saying = (more: Partial<Host>) => scriptedHost(() => engineGone, more);
  const advice = async (host: Host) => JSON.stringify(await toolsOf(host, signal));
  expect(await advice(saying({ id: 'here' }))).toContain('"--engine","embedded"');
  expect(await advice(saying({ id: 'production' }))).not.toContain('"--engine","embedded"');
});

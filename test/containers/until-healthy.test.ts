import { expect, it } from 'vitest';
import { defaultContainers } from '../../src/config/containers.ts';
import { untilHealthy } from '../../src/containers/until-healthy.ts';
import { inspected, scriptedHost } from '../support/production/scripted-host.ts';

const { signal } = new AbortController();

/** The states of a container at successive queries; the last one stays. */
function waitFor(looks: readonly { readonly restarts: number; readonly status: string }[]) {
  const left = [...looks];
  const shown = () => {
    const { restarts, status } = (left.length > 1 ? left.shift() : left[0]) ?? { restarts: 0, status: '' };
    const state = { Status: status === 'restarting' ? status : 'running', Running: true, Restarting: false };
    return inspected({
      RestartCount: restarts,
      State: {
        ...state,
        OOMKilled: false,
        ExitCode: 0,
        StartedAt: '2026-11-22T10:00:00Z',
        Health: { Status: status === 'healthy' ? status : 'starting', Log: [] },
      },
    });
  };
  const host = scriptedHost((argv) => {
    if (argv.includes('ls')) return { stdout: 'id' };
    return { stdout: argv.includes('inspect') ? shown() : '' };
  });
  return untilHealthy(
    { host, folder: '.', containers: defaultContainers },
    defaultContainers.database,
    signal,
    () => undefined,
  );
}

it('waits for a container that kept crashing before the cause was fixed, because those were earlier starts', async () => {
  const looks = [
    { restarts: 5, status: 'restarting' },
    { restarts: 6, status: 'starting' },
    { restarts: 6, status: 'healthy' },
  ];
  expect(await waitFor(looks)).toMatchObject({ health: 'healthy', restarts: 6 });
});

it('gives up on a container that keeps crashing while it waits', async () => {
  const looks = [
    { restarts: 0, status: 'starting' },
    { restarts: 1, status: 'restarting' },
    { restarts: 2, status: 'restarting' },
  ];
  await expect(waitFor(looks)).rejects.toMatchObject({ problems: [{ code: 'ERP-0621' }] });
});

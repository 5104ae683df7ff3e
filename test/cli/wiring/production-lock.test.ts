import { expect, it } from 'vitest';
import { processesIn } from '../../../src/adapters/processes.ts';
import { realAdapters } from '../../../src/cli/wiring/adapters.ts';
import type { CommandParts } from '../../../src/cli/wiring/command.ts';
import { holdProduction } from '../../../src/cli/wiring/production-lock.ts';
import type { ConnectedProduction } from '../../../src/connections/connected-production.ts';
import type { Reported } from '../../../src/domain/events.ts';
import type { ProcessIdentity } from '../../../src/domain/ports/process-table.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';

const laptop = {
  pid: 100,
  started: '1',
  boot: 'before the power cut',
  host: 'laptop',
  user: 'ada',
  pidNamespace: 'pid:[1]',
  machine: 'id of the laptop',
} satisfies ProcessIdentity;

/** Takes the lock of a host, which is this machine, as a process would, and does not release it. */
function hostOf() {
  const root = tempFolder();
  const host = { id: 'production', name: 'droplet', files: { root }, processes: processesIn(root) };
  return async (self: ProcessIdentity, state: 'running' | 'gone' | 'unknown' = 'gone') => {
    const notes: string[] = [];
    const processTable = () => ({ self: async () => self, isRunning: async () => state });
    const parts = {
      adapters: { ...realAdapters, processTable },
      flags: { waitForLock: false },
      reporter: { emit: (event: Reported) => notes.push('text' in event ? String(event.text) : event.type) },
      signal: new AbortController().signal,
      typed: ['run'],
    } as unknown as CommandParts; // only these properties are read
    const production = { stack: { host }, lock: null } as unknown as ConnectedProduction; // only these properties are read
    await holdProduction(parts, production);
    await production.lock?.assertHeld();
    return notes;
  };
}

it('takes over the lock of a process of this machine that ended in a power cut, and reports it', async () => {
  const take = hostOf();
  expect(await take(laptop)).toEqual([]);
  expect(await take({ ...laptop, pid: 200, boot: 'after the power cut' })).toEqual([
    expect.stringMatching(
      /^The lock was left by process 100 of this machine \("erp-deploy run", .*has ended\./,
    ),
  ]);
});

it.each<[string, Partial<ProcessIdentity>, 'running' | 'gone' | 'unknown']>([
  ['a process that runs', {}, 'running'],
  ['a process that may run in another container', {}, 'unknown'],
  ['another machine of the same name', { machine: 'id of another' }, 'gone'],
  ['another machine that was cloned with its id', { host: 'desktop' }, 'gone'],
  ['a machine without an id', { machine: null }, 'gone'],
])('does not take over from %s', async (_, second, state) => {
  const take = hostOf();
  await take({ ...laptop, ...(second.machine === null ? second : {}) });
  await expect(take({ ...laptop, pid: 200, ...second }, state)).rejects.toMatchObject({
    problems: [{ code: 'ERP-0721', exit: 6 }],
  });
});

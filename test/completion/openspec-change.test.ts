import { expect, it } from 'vitest';
import { openspecPart } from '../../src/completion/openspec-change.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { Processes } from '../../src/domain/ports/host.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith } from '../support/program/step-context.ts';

const tasks = 'openspec/changes/add-erp/tasks.md';

/** The end of a checklist. */
const ownBoxes = `### 5.3 Mark Change Complete
- [ ] Update OpenSpec change status (if using openspec tooling)
- [x] Document lessons learned (if any)
- [ ] Archive change proposal (if appropriate)
- [ ] Notify stakeholders that schema is ready for service development
`;

/**
 * Returns what step 5.3 would do about a change with these tasks. OpenSpec counts their items, and some in other files.
 */
async function changesFor(
  text: string,
  elsewhere = 0,
  { note = '', version = '1.13.2', fails = '' } = {},
): Promise<readonly string[]> {
  const files = new MemoryFiles().put(tasks, text);
  await files.makeDirectory('openspec');
  const totalTasks = [...text.matchAll(/- \[[ x]\]/g)].length + elsewhere;
  const completedTasks = [...text.matchAll(/- \[x\]/g)].length;
  const stdout = JSON.stringify({ changes: [{ name: 'add-erp', completedTasks, totalTasks }] });
  const answer = (printed: string) => ({ exitCode: 0, stdout: printed, stderr: '', notFound: false });
  const processes: Pick<Processes, 'run'> = {
    run: async (argv, _cwd, _signal, _onLine, given) => {
      expect(given?.environment).toEqual({ OPENSPEC_TELEMETRY: '0' });
      if (argv.includes('--version')) return answer(`${version}\n`);
      return fails === '' ? answer(`${note}${stdout}`) : { ...answer(''), exitCode: 1, stderr: fails };
    },
  };
  const parsed = parseConfig('openspec-change: add-erp\n', 'erp-deploy.config.yaml');
  if ('faults' in parsed) throw new Error('the configuration is at fault');
  const { signal } = new AbortController();
  // The fake program answers only the command for the list.
  const context = contextWith({ files, config: parsed.config, processes: processes as Processes, signal });
  const { changes, open } = await openspecPart(context);
  return [
    ...changes.flatMap((one) =>
      one.status === 'exact' && one.change.kind === 'command' ? [one.change.argv.join(' ')] : [],
    ),
    ...new Set(open.map(({ reason }) => reason.split(':')[0] ?? '')),
  ];
}

const archives = ['openspec archive add-erp --yes --json'];

it('is archived if only the item about its own archiving is left', async () => {
  expect(await changesFor(`### 5.2 Check\n- [x] done\n\n${ownBoxes}`)).toEqual(archives);
  expect(await changesFor(ownBoxes.replaceAll('[ ]', '[x]'))).toEqual(archives);
});

it('is not archived while another item is open, even one with the text of 5.3 in another section', async () => {
  const waits = [expect.stringMatching(/^add-erp has \d+ of \d+ tasks done; check off/)];
  expect(await changesFor(`### 5.2 Check\n- [ ] not yet\n\n${ownBoxes}`)).toEqual(waits);
  expect(await changesFor(`${ownBoxes}- [ ] A task of our own\n`)).toEqual(waits);
  expect(await changesFor(ownBoxes.replace('5.3', '4.3'))).toEqual(waits);
  expect(await changesFor(ownBoxes, 1)).toEqual(waits);
});

it('is archived although a note precedes the list', async () => {
  const note = 'Note: OpenSpec collects anonymous usage stats. Opt out: OPENSPEC_TELEMETRY=0\n';
  expect(await changesFor(ownBoxes, 0, { note })).toEqual(archives);
});

it.each(['0.16.0', '1.2.0', '1.4.1'])('is not archived by OpenSpec %s, which is too old', async (version) => {
  const fails = "error: unknown option '--json'\n";
  const [reason] = await changesFor(ownBoxes, 0, { version, fails });
  expect(reason).toBe(`openspec ${version.slice(0, -2)} cannot archive with --json`);
});

it('is left open with the output of OpenSpec if that fails', async () => {
  const [reason] = await changesFor(ownBoxes, 0, { fails: 'no such project' });
  expect(reason).toBe('openspec list --json did not print the changes; it said');
  expect(await changesFor(ownBoxes, 0, { note: 'not JSON {' })).toEqual([reason]);
});

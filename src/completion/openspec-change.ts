import * as z from 'zod';
import { openspec, openspecEnvironment } from '../argv/openspec.ts';
import { matchItems } from '../checklist/match-items.ts';
import { parseChecklist } from '../checklist/parse-checklist.ts';
import { exact } from '../domain/build-change.ts';
import type { CommandChange } from '../domain/change.ts';
import { inWorkspace } from '../domain/command-text.ts';
import { type Context, workspaceEvidence } from '../workspace/context.ts';
import { completionItems, nothing, type Part } from './part.ts';

const listSchema = z.looseObject({
  changes: z.array(z.looseObject({ name: z.string(), completedTasks: z.int(), totalTasks: z.int() })),
});

type Active = z.infer<typeof listSchema>['changes'];

/** Checks the OpenSpec change that this rollout completes, and archives it when all its tasks are done. */
export async function openspecPart(context: Context): Promise<Part> {
  const { files, config, processes, signal } = context;
  if ((await files.inspect('openspec')).type !== 'directory')
    return done('OpenSpec is not used: openspec/ does not exist');
  const given = { environment: openspecEnvironment };
  const [listed, asked] = await Promise.all([
    processes.run(openspec.list(), '.', signal, undefined, given),
    processes.run(openspec.version(), '.', signal, undefined, given),
  ]);
  if (listed.notFound)
    return open(
      'openspec/ exists, but the openspec program is not installed: npm install -g @fission-ai/openspec',
    );
  const version = versionIn(asked.stdout);
  if (version !== null && !canArchive(version))
    return open(
      `openspec ${version.join('.')} cannot archive with --json: version 1.5 or newer is needed: npm install -g @fission-ai/openspec`,
    );
  const read = listed.exitCode === 0 ? changesIn(listed.stdout) : null;
  if (read === null) {
    const said = `${listed.stderr}\n${listed.stdout}`.trim().split('\n', 1).join('') || 'nothing';
    return open(`openspec list --json did not print the changes; it said: ${said}`);
  }
  const { changes } = read;
  const name = config.openspecChange;
  if (name === undefined) return open(whichOne(changes));
  const archived = (await files.list('openspec/changes/archive')).find((folder) =>
    folder.endsWith(`-${name}`),
  );
  const active = changes.find((one) => one.name === name);
  if (active !== undefined) return stillActive(active, await openTasks(context, name));
  if (archived === undefined)
    return open(`OpenSpec has no change ${name} (from openspec-change in the configuration)`);
  return done(`openspec/changes/archive/${archived}`);
}

/** Returns the version in the last line of the output; null if there is none. */
function versionIn(output: string): readonly [number, number] | null {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(output.trim().split('\n').at(-1) ?? '') ?? [];
  return major === undefined || minor === undefined ? null : [Number(major), Number(minor)];
}

/** `archive --json` exists since 1.5 (tried, 1.4.1 and 1.5.0). */
function canArchive([major, minor]: readonly [number, number]): boolean {
  return major > 1 || (major === 1 && minor >= 5);
}

/** Returns the list, which may follow a note; null if the output has none. */
function changesIn(output: string): z.infer<typeof listSchema> | null {
  try {
    return listSchema.safeParse(JSON.parse(output.slice(output.indexOf('{')))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function done(summary: string): Part {
  return {
    ...nothing,
    evidence: [
      workspaceEvidence(completionItems.status.id, summary),
      workspaceEvidence(completionItems.archived.id, summary),
    ],
  };
}

function open(reason: string, command?: readonly string[]): Part {
  const left = { reason, ...(command === undefined ? {} : { command }) };
  return {
    ...nothing,
    open: [
      { item: completionItems.status.id, ...left },
      { item: completionItems.archived.id, ...left },
    ],
  };
}

function whichOne(changes: Active): string {
  const names = changes.map(({ name }) => name).join(', ') || 'no change is active';
  return `set openspec-change in the configuration to the OpenSpec change that this rollout completes (${names})`;
}

function tasksFile(change: string): string {
  return `openspec/changes/${change}/tasks.md`;
}

/** Counts the unchecked items of its tasks: those of this step, and others. */
async function openTasks({ files }: Context, name: string): Promise<{ own: number; others: number }> {
  const path = tasksFile(name);
  const text = (await files.inspect(path)).type === 'file' ? await files.read(path) : '';
  const left = matchItems(await parseChecklist(text)).filter(({ listed }) => !listed.ticked);
  const own = left.filter(({ known }) => known?.step === '5.3').length;
  return { own, others: left.length - own };
}

/**
 * Archives the change if only items of this step are open: they may be tasks of the change, and would otherwise wait for
 * the archive while the archive waits for them. OpenSpec's own count is compared too, because its tasks may be in other
 * files, and with `--yes` it archives a change with open tasks.
 */
function stillActive(
  { name, completedTasks, totalTasks }: Active[number],
  { own, others }: { readonly own: number; readonly others: number },
): Part {
  const tasks = `${completedTasks} of ${totalTasks} tasks`;
  if (others > 0 || totalTasks - completedTasks > own) {
    return open(`${name} has ${tasks} done; check off the verified ones`, [
      ...['erp-deploy', 'checklist', '--file', inWorkspace(tasksFile(name)), '--write'],
    ]);
  }
  const change: CommandChange = {
    kind: 'command',
    host: 'here',
    argv: openspec.archive(name),
    environment: openspecEnvironment,
    cwd: '.',
    onlyIf: null,
    observable: true,
  };
  return {
    ...nothing,
    findings: [{ what: `OpenSpec change ${name}`, expected: 'archived', actual: `active, ${tasks}` }],
    changes: [exact(change)],
  };
}

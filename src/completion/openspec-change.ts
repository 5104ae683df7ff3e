import { z } from 'zod';
import { openspec } from '../argv/openspec.ts';
import { matchItems } from '../checklist/match-items.ts';
import { parseChecklist } from '../checklist/parse-checklist.ts';
import type { CommandChange } from '../domain/change.ts';
import { type Context, workspaceEvidence } from '../workspace/context.ts';
import { completionItems, nothing, type Part } from './part.ts';

const listSchema = z.looseObject({
  changes: z.array(z.looseObject({ name: z.string(), completedTasks: z.int(), totalTasks: z.int() })),
});

type Active = z.infer<typeof listSchema>['changes'];

/** The OpenSpec change that this roll-out completes: its status, and its archive once it is complete. */
export async function openspecPart(context: Context): Promise<Part> {
  const { files, config, processes, signal } = context;
  if ((await files.look('openspec')).type !== 'directory')
    return done('OpenSpec is not used: there is no openspec/');
  const listed = await processes.run(openspec.list(), '.', signal);
  if (listed.exitCode !== 0) {
    return open(
      listed.notFound
        ? 'there is openspec/, and no openspec program: npm install -g @fission-ai/openspec'
        : 'openspec list fails: run it by hand',
    );
  }
  const { changes } = listSchema.parse(JSON.parse(listed.stdout));
  const name = config.openspecChange;
  if (name === undefined) return open(whichOne(changes));
  const archived = (await files.list('openspec/changes/archive')).find((folder) =>
    folder.endsWith(`-${name}`),
  );
  const active = changes.find((one) => one.name === name);
  if (active !== undefined) return stillActive(active, await openTasks(context, name));
  if (archived === undefined) return open(`OpenSpec knows no change ${name}: openspec-change names it`);
  return done(`openspec/changes/archive/${archived}`);
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

function open(reason: string): Part {
  return {
    ...nothing,
    open: [
      { box: completionItems.status.id, reason },
      { box: completionItems.archived.id, reason },
    ],
  };
}

function whichOne(changes: Active): string {
  const names = changes.map(({ name }) => name).join(', ') || 'none is active';
  return `which OpenSpec change this is about is yours to say (${names}): openspec-change in the configuration`;
}

function tasksFile(change: string): string {
  return `openspec/changes/${change}/tasks.md`;
}

/** Counts the unchecked items of its tasks: those of this step, and others. */
async function openTasks({ files }: Context, name: string): Promise<{ own: number; others: number }> {
  const path = tasksFile(name);
  const text = (await files.look(path)).type === 'file' ? await files.read(path) : '';
  const left = matchItems(await parseChecklist(text)).filter(({ listed }) => !listed.ticked);
  const own = left.filter(({ known }) => known?.step === '5.3').length;
  return { own, others: left.length - own };
}

/**
 * The tasks may be the checklist's own: then the items of this step wait for the archive, and the archive cannot
 * wait for them. OpenSpec's count is asked as well, for it may keep tasks in other files; with `--yes` it archives
 * over open tasks.
 */
function stillActive(
  { name, completedTasks, totalTasks }: Active[number],
  { own, others }: { readonly own: number; readonly others: number },
): Part {
  const tasks = `${completedTasks} of ${totalTasks} tasks`;
  if (others > 0 || totalTasks - completedTasks > own) {
    return open(`${name} has ${tasks} done: erp-deploy checklist --file ${tasksFile(name)} --write`);
  }
  const change: CommandChange = {
    kind: 'command',
    host: 'here',
    argv: openspec.archive(name),
    cwd: '.',
    onlyIf: null,
    observable: true,
  };
  return {
    ...nothing,
    findings: [{ what: `OpenSpec change ${name}`, wanted: 'archived', found: `active, ${tasks}` }],
    changes: [{ status: 'exact', change }],
  };
}

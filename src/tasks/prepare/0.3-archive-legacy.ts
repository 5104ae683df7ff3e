import { allItems, anywhere } from '../../checklist/items.ts';
import { exact, newFolder } from '../../domain/build-change.ts';
import type { PlannedChange } from '../../domain/change.ts';
import { inWorkspace } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import { blocked, type Finding, missing, type Step, satisfied } from '../../domain/step.ts';
import { type Context, workspaceEvidence } from '../../workspace/context.ts';
import { bundled, layout } from '../../workspace/layout.ts';
import { archiveIsExplained, legacyArchived, legacyLeft } from '../../workspace/legacy.ts';
import { fileObstacle, folderObstacle } from '../../workspace/obstacles.ts';
import { previewOf } from '../../workspace/own-file.ts';

/** Our own file names: in the legacy folder, such a file is moved only if the operator approves it. */
const ambiguous: readonly string[] = [bundled.erp, bundled.agent];

const readme = `# Why these migrations are here

They belong to an earlier design of the database and were never used in production. They are kept
for reference only; do not run them. The database is created by the migrations in
\`${layout.migrations}\`, starting with \`${bundled.erp}\` and \`${bundled.agent}\`.
`;

const items = {
  folder: anywhere('0.3#1'),
  moved: anywhere('0.3#2'),
  readme: anywhere('0.3#3'),
};

/** Moves the legacy migrations into an archive with a README. */
export const archiveLegacy: Step<Context> = {
  id: '0.3',
  phase: 'prepare',
  title: 'archive legacy',
  expected: `no 00{1,2,3}_*.sql left in ${layout.legacy}; deprecated/ with a README`,
  items: allItems(items),
  needs: [],
  async check(context) {
    const obstacle =
      (await folderObstacle(context, [layout.legacy, layout.archive])) ??
      (await fileObstacle(context, [layout.archiveReadme])) ??
      (await clash(context));
    if (obstacle !== null) return blocked(obstacle);
    const findings = await findingsOf(context);
    if (findings.length > 0) return missing(...findings);
    const archived = await legacyArchived(context);
    return satisfied(archived.length === 0 ? 'nothing to archive' : `${archived.length} archived`, [
      workspaceEvidence(items.folder.id, 'deprecated/ exists'),
      workspaceEvidence(items.moved.id, `${archived.length} archived, none left`, {
        archived: archived.length,
        left: 0,
      }),
      workspaceEvidence(items.readme.id, 'README.md explains why'),
    ]);
  },
  async preview(context) {
    const folder: PlannedChange[] =
      (await context.files.inspect(layout.archive)).type === 'absent'
        ? [exact(newFolder(layout.archive))]
        : [];
    const names = await legacyLeft(context);
    const moves = await Promise.all(names.map((name) => moveOf(context, name)));
    const readmeChange = (await archiveIsExplained(context))
      ? null
      : await previewOf(context, { path: layout.archiveReadme, text: readme });
    return [...folder, ...moves, ...(readmeChange === null ? [] : [readmeChange])];
  },
};

async function findingsOf(context: Context): Promise<readonly Finding[]> {
  const archive = await context.files.inspect(layout.archive);
  const left = await legacyLeft(context);
  return [
    ...(archive.type === 'absent' ? [{ what: layout.archive, expected: 'a folder', actual: 'missing' }] : []),
    ...left.map((name) => ({
      what: `${layout.legacy}/${name}`,
      expected: 'in deprecated/',
      actual: 'not archived',
    })),
    ...((await archiveIsExplained(context))
      ? []
      : [{ what: layout.archiveReadme, expected: 'a file with an explanation', actual: 'missing or empty' }]),
  ];
}

async function moveOf({ files }: Context, name: string): Promise<PlannedChange> {
  const from = `${layout.legacy}/${name}`;
  const change = {
    kind: 'move',
    from,
    to: `${layout.archive}/${name}`,
    before: { state: 'file', sha256: await files.hash(from) },
  } as const;
  if (!ambiguous.includes(name)) return exact(change);
  const why = `${from} has the name of an erp-deploy migration, but is in the legacy folder; it would be archived.`;
  return exact(change, { flag: '--overwrite', value: from, why });
}

/** Never overwrites an archived file of the same name. */
async function clash(context: Context): Promise<Problem | null> {
  const archived = await context.files.list(layout.archive);
  const twice = (await legacyLeft(context)).find((name) => archived.includes(name));
  if (twice === undefined) return null;
  return {
    code: 'ERP-0330',
    what: `${twice} is in both ${layout.legacy} and its archive.`,
    why: 'Moving it would overwrite the archived file.',
    todo: [
      {
        text: 'Compare them',
        command: [
          'diff',
          inWorkspace(`${layout.legacy}/${twice}`),
          inWorkspace(`${layout.archive}/${twice}`),
        ],
      },
      { text: 'Keep one of them, then run again.' },
    ],
    exit: exitCodes.stepFailed,
  };
}

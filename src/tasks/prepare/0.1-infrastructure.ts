import { allItems, anywhere } from '../../checklist/items.ts';
import { exact, newFolder } from '../../domain/build-change.ts';
import { blocked, type Finding, missing, type Step, satisfied } from '../../domain/step.ts';
import { type Context, workspaceEvidence } from '../../workspace/context.ts';
import { inWorkTree, isIgnored } from '../../workspace/git-look.ts';
import { layout } from '../../workspace/layout.ts';
import { folderObstacle } from '../../workspace/obstacles.ts';
import { type OwnFile, previewOf } from '../../workspace/own-file.ts';

const folders = [layout.stack, layout.migrations, layout.data, layout.envTemplateFolder] as const;

/** Must never be committed: the secrets, and the database's own files. */
const unversioned = [layout.env, `${layout.data}/PG_VERSION`] as const;
const ignoreLines = ['/.env', '/data/'] as const;

const items = {
  folders: anywhere('0.1#1'),
};

/** Creates the folders of the stack and a `.gitignore` for secrets and data; the workspace may become a repository later. */
export const infrastructure: Step<Context> = {
  id: '0.1',
  phase: 'prepare',
  title: 'infrastructure',
  expected: 'folders for migrations, data and the .env template; .env and data/ ignored by git',
  items: allItems(items),
  needs: [],
  async check(context) {
    const obstacle = await folderObstacle(context, folders);
    if (obstacle !== null) return blocked(obstacle);
    const findings = [...(await foldersMissing(context)), ...(await notIgnored(context))];
    if (findings.length > 0) return missing(...findings);
    const versioned = await inWorkTree(context);
    const summary = `${folders.length} folders, .env and data/ ignored by git`;
    return satisfied(summary, [
      workspaceEvidence(items.folders.id, summary, { folders: folders.length, git: versioned }),
    ]);
  },
  async preview(context) {
    const absent = await foldersMissing(context);
    const folderChanges = absent.map(({ what }) => exact(newFolder(what)));
    if ((await notIgnored(context)).length === 0) return folderChanges;
    const ignore = await previewOf(context, await ignoreFile(context));
    return ignore === null ? folderChanges : [...folderChanges, ignore];
  },
};

async function foldersMissing(context: Context): Promise<readonly Finding[]> {
  const nodes = await Promise.all(folders.map((path) => context.files.inspect(path)));
  return folders
    .filter((_, index) => nodes[index]?.type === 'absent')
    .map((path) => ({ what: path, expected: 'a folder', actual: 'missing' }));
}

async function notIgnored(context: Context): Promise<readonly Finding[]> {
  const ignored = (await inWorkTree(context))
    ? await Promise.all(unversioned.map((path) => isIgnored(context, path)))
    : await ignoredByOwnFile(context);
  return unversioned
    .filter((_, index) => !ignored[index])
    .map((path) => ({ what: path, expected: 'ignored by git', actual: 'not ignored' }));
}

/** Returns for each path whether our line is in the stack's `.gitignore`; outside of a work tree, git cannot be asked. */
async function ignoredByOwnFile({ files }: Context): Promise<readonly boolean[]> {
  if ((await files.inspect(layout.gitignore)).type !== 'file') return unversioned.map(() => false);
  const lines = (await files.read(layout.gitignore)).split(/\r?\n/);
  // A later `!` may undo the lines before it.
  const inForce = lines.slice(lines.findLastIndex((line) => line.startsWith('!')) + 1);
  return ignoreLines.map((line) => inForce.includes(line));
}

/** Appends our lines to the user's. */
async function ignoreFile(context: Context): Promise<OwnFile> {
  const exists = (await context.files.inspect(layout.gitignore)).type === 'file';
  const text = exists ? await context.files.read(layout.gitignore) : '';
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return { path: layout.gitignore, text: `${start}${ignoreLines.join('\n')}\n` };
}

import { shownDocker } from '../argv/shown-docker.ts';
import { commandOn } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { layout } from '../workspace/layout.ts';
import type { Stack } from './stack.ts';

const versionText = (major: string | null) =>
  major === null ? 'has an unknown version of PostgreSQL' : `has PostgreSQL ${major}`;

/** A server of another major version refuses the folder, or, worse, an entrypoint converts it. */
export function anotherMajor(
  { host, folder }: Stack,
  { from, to }: { readonly from: string; readonly to: string },
  before: string | null,
  after: string | null,
): Problem {
  const data = folder === '.' ? 'data/' : `${folder}/data/`;
  return {
    code: 'ERP-0614',
    what: `The image ${to} cannot run on ${data} on ${host.name}.`,
    why: `${data} was made by ${from}, which ${versionText(before)}; ${to} ${versionText(after)}. PostgreSQL's files differ between major versions. Nothing was changed.`,
    todo: [
      {
        text: `Set containers.database.image, or the image in ${layout.compose}, to one of the same major version; then run again.`,
      },
      { text: 'Or upgrade the database to a newer version', command: ['erp-deploy', 'upgrade'] },
      { text: 'Show what the image is', command: commandOn(host, shownDocker.inspectImage(to)) },
    ],
    exit: exitCodes.prerequisite,
  };
}

/** The database can be dumped only while it is found under its name. */
export function nameAndImage({ host }: Stack, from: string, to: string): Problem {
  return {
    code: 'ERP-0615',
    what: `The name and the image of the database's container on ${host.name} would change at once.`,
    why: `The image would change from ${from} to ${to}; the rows are dumped before that, from the running container, which still has its earlier name. Nothing was changed.`,
    todo: [{ text: 'Change only containers.database.name, and run; then change the image, and run again.' }],
    exit: exitCodes.prerequisite,
  };
}

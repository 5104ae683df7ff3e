import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { legacy, sharedWorkspace, stack, starter } from './workspace.ts';

/** Texts of the user with their paths before and after a rollout. They are kept, or are the start of a longer file. */
const people = [
  { path: 'docs/own.md', mode: 0o644, text: '# Ours\n' },
  { path: `${stack}/notes.txt`, mode: 0o600, text: 'not to be touched' },
  { path: `${legacy}/001_old.sql`, to: `${legacy}/deprecated/001_old.sql`, mode: 0o644, text: 'select 1;\n' },
  {
    path: `${legacy}/002_older.sql`,
    to: `${legacy}/deprecated/002_older.sql`,
    mode: 0o640,
    text: 'select 2;\n',
  },
  { path: `${stack}/.gitignore`, mode: 0o644, text: 'node_modules/' },
  {
    path: `${stack}/.env`,
    mode: 0o644,
    text: `# since 2024\nPOSTGRES_PASSWORD="a word of our own"\nPOSTGREST_JWT_SECRET=${'x'.repeat(40)}`,
  },
] as const;

const starterText =
  'CREATE TABLE erp.people (\n  id BIGINT PRIMARY KEY,\n  name TEXT NOT NULL\n  email TEXT\n);\n';

/** A git work tree with files of the user, which must survive any kill. */
export function legacyWorkspace(): string {
  const workspace = sharedWorkspace({
    [starter]: starterText,
    ...Object.fromEntries(people.map(({ path, text }) => [path, text])),
  });
  for (const { path, mode } of people) chmodSync(join(workspace, path), mode);
  execFileSync('git', ['init', '--quiet', '--template=', workspace]);
  return workspace;
}

/**
 * Returns the paths of lost texts of the user: neither of the two paths has the text at the start of its file.
 * @param textAt returns the text of a file; undefined if it does not exist
 */
export function lostFrom(textAt: (path: string) => string | undefined): readonly string[] {
  const written = people.map((one) => ({
    paths: [one.path, 'to' in one ? one.to : one.path],
    text: one.text,
  }));
  const fixed = { paths: [starter], text: starterText.slice(0, starterText.indexOf('\n  email')) };
  return [...written, fixed]
    .filter(({ paths, text }) => !paths.some((path) => textAt(path)?.startsWith(text)))
    .map(({ paths }) => paths.join(' or '));
}

import { exact, newFolder, newText } from '../domain/build-change.ts';
import type { Consent, PlannedChange } from '../domain/change.ts';
import { inWorkspace } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Context } from '../workspace/context.ts';
import { fileObstacle, folderObstacle } from '../workspace/obstacles.ts';
import { diffOf } from '../workspace/own-file.ts';
import { findSection, type Section, withSection } from './marked-section.ts';
import { type UserSection, userSections } from './user-sections.ts';

/** A Markdown file with a managed section. */
interface SectionSpec {
  /** Relative to the workspace. */
  readonly path: string;
  /** The name in the marks. */
  readonly name: string;
  /** First line of a new file. */
  readonly heading: string;
  /** Headings of sections of the user's own that the managed section takes the place of. */
  readonly replaces?: readonly RegExp[];
}

/** The current state of the file, and the changes that update it. */
export interface SectionFile {
  /** Null if the file does not exist. */
  readonly text: string | null;
  /** The section if it is unchanged since erp-deploy wrote it; otherwise empty. */
  readonly written: string;
  /** The text between the marks, edited or not; empty if there are none. */
  readonly body: string;
  /** The current state, for display. */
  readonly description: string;
  /** The separate approval that a change of it needs; null if it needs none. */
  readonly consent: Consent | null;
  /** Whether the section has this text and was not edited. */
  holds(body: string): boolean;
  /** Returns the changes that write this text into the section. */
  changes(body: string): Promise<readonly PlannedChange[]>;
  /** Returns the pending changes, while the text is unknown until a step is done. */
  pending(on: string): Promise<readonly PlannedChange[]>;
}

type Pairing = Exclude<Section, { state: 'broken' }>;

/** Reads the file; returns a problem if it is not a file, or if its marks do not match. */
export async function sectionFile(context: Context, spec: SectionSpec): Promise<SectionFile | Problem> {
  const { path, name } = spec;
  const obstacle =
    (await folderObstacle(context, foldersAbove(path))) ?? (await fileObstacle(context, [path]));
  if (obstacle !== null) return obstacle;
  const absent = (await context.files.inspect(path)).type === 'absent';
  const text = absent ? null : await context.files.read(path);
  const section = findSection(text ?? '', name);
  if (section.state === 'broken') return marksBroken(path, section.line, section.why);
  const own = section.state === 'none' ? await userSections(text ?? '', spec.replaces ?? []) : [];
  const consent = consentOf(path, text, section, own);
  const after = (newBody: string) =>
    withSection(text === null || text === '' ? `# ${spec.heading}\n` : text, name, newBody, own);
  return {
    text,
    body: section.state === 'found' ? section.body : '',
    written: section.state === 'found' && section.intact ? section.body : '',
    description: describe(text, section),
    consent,
    holds: (body) => section.state === 'found' && section.intact && section.body === body,
    changes: async (body) => [
      ...(await folderChanges(context, path)),
      await writeOf(context, spec, text, after(body), consent),
    ],
    pending: async (on) => [
      ...(await folderChanges(context, path)),
      {
        status: 'pending',
        on,
        subject: { kind: 'write', host: 'here', path },
        digest: null,
        summary: `${absent ? 'write' : 'change'} ${path}`,
        effect: absent ? 'adds' : 'changes',
        ...(consent === null ? {} : { consent }),
      },
    ],
  };
}

/** Returns the folders above a file, outermost first; empty for a file in the workspace itself. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function folderChanges({ files }: Context, path: string): Promise<readonly PlannedChange[]> {
  const folder = foldersAbove(path).at(-1);
  if (folder === undefined || (await files.inspect(folder)).type !== 'absent') return [];
  return [exact(newFolder(folder))];
}

function describe(text: string | null, section: Pairing): string {
  if (text === null) return 'missing';
  if (section.state === 'none') return 'a file without a section of erp-deploy';
  return section.intact ? 'an outdated section' : 'a section that was edited by hand';
}

/** Replacing a section needs no separate approval only if it is unchanged since erp-deploy wrote it. */
function consentOf(
  path: string,
  text: string | null,
  section: Pairing,
  own: readonly UserSection[],
): Consent | null {
  if (text === null || text.trim() === '') return null;
  if (section.state === 'found' && section.intact) return null;
  const why =
    section.state === 'none'
      ? own.length > 0
        ? `The ${own.length === 1 ? 'section' : 'sections'} ${own.map(({ heading }) => `“${heading}”`).join(' and ')} of ${path} would be replaced by the section of erp-deploy (a backup is kept).`
        : `${path} has no section of erp-deploy; one would be appended (a backup is kept).`
      : `The section of erp-deploy in ${path} was edited by hand; it would be replaced (a backup is kept).`;
  return { flag: '--overwrite', value: path, why };
}

async function writeOf(
  { files }: Context,
  { path }: SectionSpec,
  text: string | null,
  after: string,
  consent: Consent | null,
): Promise<PlannedChange> {
  const before = text ?? '';
  const node = await files.inspect(path);
  const change = newText({
    path,
    text: after,
    mode: node.type === 'file' ? node.mode : 0o644,
    diff: diffOf(path, before, after),
    before: text === null ? { state: 'absent' } : { state: 'file', sha256: await files.hash(path) },
  });
  return exact(change, consent);
}

function marksBroken(path: string, line: number, why: string): Problem {
  return {
    code: 'ERP-0810',
    what: `The section marks of erp-deploy in ${path} do not match: ${why}.`,
    why: `See line ${line}. erp-deploy cannot tell which part of the file is its section, and leaves the file unchanged.`,
    todo: [
      { text: 'List the marks', command: ['grep', '-n', 'erp-deploy:', inWorkspace(path)] },
      { text: 'Fix the marks, or remove all of them (a new section is then appended), then run again.' },
    ],
    exit: exitCodes.stepFailed,
  };
}

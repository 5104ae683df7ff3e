import type { Consent, PlannedChange } from '../domain/change.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';
import type { Context } from '../workspace/context.ts';
import { fileObstacle, folderObstacle } from '../workspace/obstacles.ts';
import { diffOf } from '../workspace/own-file.ts';
import { findSection, type Section, withSection } from './marked-section.ts';

/** A Markdown file of which one section is ours. */
interface SectionSpec {
  /** Relative to the workspace. */
  readonly path: string;
  /** In the marks. */
  readonly name: string;
  /** First line of a file that is not there yet. */
  readonly heading: string;
}

/** How it lies there, and how it is brought up to date. */
export interface SectionFile {
  /** Null where it is not there. */
  readonly text: string | null;
  /** What erp-deploy wrote, and nobody changed since; empty where there is nothing such. */
  readonly written: string;
  /** What stands between the marks, whoever wrote it; empty where there are none. */
  readonly body: string;
  /** What was found, for a person. */
  readonly words: string;
  /** The yes of its own that a change of it needs; null where it needs none. */
  readonly consent: Consent | null;
  /** Whether the section is this very text, as erp-deploy wrote it. */
  holds(body: string): boolean;
  /** What makes it so. */
  changes(body: string): Promise<readonly PlannedChange[]>;
  /** The same, where the text is not known before a step was done. */
  pending(on: string): Promise<readonly PlannedChange[]>;
}

type Pairing = Exclude<Section, { state: 'broken' }>;

/** Looks at the file; a problem where something else lies there, or its marks do not pair. */
export async function sectionFile(context: Context, spec: SectionSpec): Promise<SectionFile | Problem> {
  const { path, name } = spec;
  const obstacle =
    (await folderObstacle(context, foldersAbove(path))) ?? (await fileObstacle(context, [path]));
  if (obstacle !== null) return obstacle;
  const absent = (await context.files.look(path)).type === 'absent';
  const text = absent ? null : await context.files.read(path);
  const section = findSection(text ?? '', name);
  if (section.state === 'broken') return marksBroken(path, section.line, section.why);
  const consent = consentOf(path, text, section);
  return {
    text,
    body: section.state === 'found' ? section.body : '',
    written: section.state === 'found' && section.intact ? section.body : '',
    words: foundWords(text, section),
    consent,
    holds: (body) => section.state === 'found' && section.intact && section.body === body,
    changes: async (body) => [
      ...(await folderChanges(context, path)),
      await writeOf(context, spec, text, body, consent),
    ],
    pending: async (on) => [
      ...(await folderChanges(context, path)),
      {
        status: 'pending',
        on,
        scope: `write:${path}`,
        digest: null,
        summary: `${absent ? 'write' : 'change'} ${path}`,
        ...(consent === null ? {} : { consent }),
      },
    ],
  };
}

/** The folders that a file lies in, outermost first; none for one of the workspace itself. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function folderChanges({ files }: Context, path: string): Promise<readonly PlannedChange[]> {
  const folder = foldersAbove(path).at(-1);
  if (folder === undefined || (await files.look(folder)).type !== 'absent') return [];
  return [
    {
      status: 'exact',
      change: { kind: 'write', path: folder, entry: { type: 'directory' }, before: { state: 'absent' } },
    },
  ];
}

function foundWords(text: string | null, section: Pairing): string {
  if (text === null) return 'not there';
  if (section.state === 'none') return 'a text of yours without one';
  return section.intact ? 'what was so before' : 'edited by hand between the marks';
}

/** A person's text is theirs: what stands between the marks is replaced in silence only where we wrote it. */
function consentOf(path: string, text: string | null, section: Pairing): Consent | null {
  if (text === null || text.trim() === '') return null;
  if (section.state === 'found' && section.intact) return null;
  const why =
    section.state === 'none'
      ? `${path} is yours and has no section of erp-deploy; one would be put behind what is there (a backup is kept).`
      : `${path} was edited by hand between the marks of erp-deploy; that would be replaced (a backup is kept).`;
  return { flag: '--overwrite', value: path, why };
}

async function writeOf(
  { files }: Context,
  { path, name, heading }: SectionSpec,
  text: string | null,
  body: string,
  consent: Consent | null,
): Promise<PlannedChange> {
  const before = text ?? '';
  const after = withSection(before === '' ? `# ${heading}\n` : before, name, body);
  const node = await files.look(path);
  return {
    status: 'exact',
    change: {
      kind: 'write',
      path,
      entry: {
        type: 'file',
        mode: node.type === 'file' ? node.mode : 0o644,
        content: [after],
        confidential: false,
        diff: diffOf(path, before, after),
      },
      before: text === null ? { state: 'absent' } : { state: 'file', sha256: await files.hash(path) },
    },
    ...(consent === null ? {} : { consent }),
  };
}

function marksBroken(path: string, line: number, why: string): Problem {
  return {
    code: 'ERP-0810',
    what: `The marks of erp-deploy in ${path} do not pair: ${why}.`,
    why: `Line ${line}. What is between which marks cannot be told, so nothing of the file is touched.`,
    todo: [
      `Look at it: grep -n 'erp-deploy:' ${quoted(path)}`,
      'Mend the marks, or remove all of them: a new section then comes behind the rest.',
    ],
    exit: exitCodes.stepFailed,
  };
}

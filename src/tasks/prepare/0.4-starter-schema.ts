import { allItems, anywhere } from '../../checklist/items.ts';
import { findMissingCommas, type StarterFix } from '../../database/starter-schema/missing-comma.ts';
import { exact, newText } from '../../domain/build-change.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence, OpenItem } from '../../domain/evidence.ts';
import { blocked, type Finding, missing, type Step, satisfied } from '../../domain/step.ts';
import { faultLines, shownFaults, starterFixText } from '../../schema/starter-fix-text.ts';
import { type Context, workspaceEvidence } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { fileObstacle } from '../../workspace/obstacles.ts';
import { diffOf, findingOf, previewOf } from '../../workspace/own-file.ts';
import { starterIsThere, starterPath } from '../../workspace/starter.ts';

const items = {
  read: anywhere('0.4#1'),
  fault: anywhere('0.4#2'),
  fix: anywhere('0.4#3'),
};

/** Finds the starter schema's missing comma with PostgreSQL's parser, documents it, and fixes it if the operator approves. */
export const starterSchema: Step<Context> = {
  id: '0.4',
  phase: 'prepare',
  title: 'starter schema',
  expected: 'a starter schema that PostgreSQL can parse; its syntax error documented',
  items: allItems(items),
  needs: [
    {
      step: '0.1',
      what: `the folder ${layout.stack}`,
      holds: async ({ files }) => (await files.inspect(layout.stack)).type === 'directory',
    },
  ],
  async skipReason(context) {
    return (await starterIsThere(context)) ? undefined : `${starterPath(context)} does not exist`;
  },
  async check(context) {
    const obstacle = await fileObstacle(context, [starterPath(context), layout.starterFix]);
    if (obstacle !== null) return blocked(obstacle);
    const text = await context.files.read(starterPath(context));
    const fixed = await findMissingCommas(text);
    if (fixed.commas.length > 0) return missing(...(await findingsOf(context, fixed)));
    const lines = text.split('\n').length;
    const path = starterPath(context);
    const fixedByUs = context.memory.wrote(path, await context.files.hash(path));
    const comma = fixedByUs ? 'the comma was added' : 'no comma is missing';
    const evidence: Evidence[] = [
      workspaceEvidence(items.read.id, `${lines} lines read`, { lines }),
      workspaceEvidence(items.fault.id, comma, { faults: fixed.faults.length }),
      ...(fixed.faults.length === 0
        ? [workspaceEvidence(items.fix.id, fixedByUs ? layout.starterFix : 'nothing to fix')]
        : []),
    ];
    return satisfied(`${comma}${faultText(fixed)}`, evidence, openItems(path, fixed));
  },
  preview,
  foresee: preview,
};

async function preview(context: Context): Promise<readonly PlannedChange[]> {
  const path = starterPath(context);
  const text = await context.files.read(path);
  const fixed = await findMissingCommas(text);
  if (fixed.commas.length === 0) return [];
  const note = await previewOf(context, {
    path: layout.starterFix,
    text: starterFixText(path, text, fixed),
  });
  const node = await context.files.inspect(path);
  const fix = exact(
    newText({
      path,
      text: fixed.fixedText,
      mode: node.type === 'file' ? node.mode : 0o644,
      diff: diffOf(path, text, fixed.fixedText),
      before: { state: 'file', sha256: await context.files.hash(path) },
    }),
    {
      flag: '--fix-starter',
      why: `a comma would be added to your ${path} (a backup is kept).`,
      excerpt: fixed.commas.flatMap(({ fault }) => faultLines(path, fault)),
    },
  );
  return note === null ? [fix] : [note, fix];
}

async function findingsOf(context: Context, fixed: StarterFix): Promise<readonly Finding[]> {
  const path = starterPath(context);
  const text = await context.files.read(path);
  const note = await findingOf(context, {
    path: layout.starterFix,
    text: starterFixText(path, text, fixed),
  });
  const commas = fixed.commas.map(({ line, column, after, fault }): Finding => {
    const what = `${path}, line ${line}, column ${column}`;
    return { what, expected: `a comma after ${after}`, actual: 'missing', excerpt: faultLines(path, fault) };
  });
  // Adding the comma does not fix these: the operator should know of them before approving.
  const others = fixed.faults.slice(0, shownFaults).map(({ line, column, message, excerpt }): Finding => {
    const what = `${path}, line ${line}, column ${column}`;
    return { what, expected: 'SQL that PostgreSQL can parse', actual: message, excerpt };
  });
  return [...commas, ...others, ...(note === null ? [] : [note])];
}

function faultText({ faults: [first, ...rest] }: StarterFix): string {
  if (first === undefined) return '';
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
  return `; line ${first.line}, column ${first.column} cannot be parsed: ${first.message}${more}`;
}

/** Leaves other syntax errors to the operator: no step depends on the starter schema. */
function openItems(path: string, { faults }: StarterFix): readonly OpenItem[] {
  if (faults.length === 0) return [];
  const left = faults.length - shownFaults;
  const lines = [
    'PostgreSQL cannot parse the starter schema:',
    ...faults.slice(0, shownFaults).flatMap((fault) => faultLines(path, fault)),
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
  return [{ item: items.fix.id, reason: lines.join('\n') }];
}

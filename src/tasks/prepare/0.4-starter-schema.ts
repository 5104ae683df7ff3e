import { allItems, anywhere } from '../../checklist/items.ts';
import { findMissingCommas, type StarterFix } from '../../database/starter-schema/missing-comma.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence, OpenBox } from '../../domain/evidence.ts';
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

/** The starter schema's missing comma: found with PostgreSQL's own parser, written down, mended on a yes of its own. */
export const starterSchema: Step<Context> = {
  id: '0.4',
  phase: 'prepare',
  title: 'starter schema',
  wanted: 'a starter schema that PostgreSQL can read; what was wrong with it written down',
  items: allItems(items),
  needs: [
    {
      step: '0.1',
      what: `the folder ${layout.stack}`,
      holds: async ({ files }) => (await files.look(layout.stack)).type === 'directory',
    },
  ],
  async skipReason(context) {
    return (await starterIsThere(context)) ? undefined : `no ${starterPath(context)} here`;
  },
  async check(context) {
    const obstacle = await fileObstacle(context, [starterPath(context), layout.starterFix]);
    if (obstacle !== null) return blocked(obstacle);
    const text = await context.files.read(starterPath(context));
    const mended = await findMissingCommas(text);
    if (mended.commas.length > 0) return missing(...(await findingsOf(context, mended)));
    const lines = text.split('\n').length;
    const path = starterPath(context);
    const mendedByUs = context.memory.wrote(path, await context.files.hash(path));
    const comma = mendedByUs ? 'the comma was added' : 'no comma is missing';
    const evidence: Evidence[] = [
      workspaceEvidence(items.read.id, `${lines} lines read`, { lines }),
      workspaceEvidence(items.fault.id, comma, { faults: mended.faults.length }),
      ...(mended.faults.length === 0
        ? [workspaceEvidence(items.fix.id, mendedByUs ? layout.starterFix : 'nothing to fix')]
        : []),
    ];
    return satisfied(`${comma}${faultWords(mended)}`, evidence, faultBoxes(path, mended));
  },
  preview,
  foresee: preview,
};

async function preview(context: Context): Promise<readonly PlannedChange[]> {
  const path = starterPath(context);
  const text = await context.files.read(path);
  const mended = await findMissingCommas(text);
  if (mended.commas.length === 0) return [];
  const note = await previewOf(context, {
    path: layout.starterFix,
    text: starterFixText(path, text, mended),
  });
  const node = await context.files.look(path);
  const fix: PlannedChange = {
    status: 'exact',
    change: {
      kind: 'write',
      path,
      entry: {
        type: 'file',
        mode: node.type === 'file' ? node.mode : 0o644,
        content: [mended.fixedText],
        confidential: false,
        diff: diffOf(path, text, mended.fixedText),
      },
      before: { state: 'file', sha256: await context.files.hash(path) },
    },
    consent: {
      flag: '--fix-starter',
      why: `a comma would be added to your ${path} (a backup is kept).`,
      excerpt: mended.commas.flatMap(({ fault }) => faultLines(path, fault)),
    },
  };
  return note === null ? [fix] : [note, fix];
}

async function findingsOf(context: Context, mended: StarterFix): Promise<readonly Finding[]> {
  const path = starterPath(context);
  const text = await context.files.read(path);
  const note = await findingOf(context, {
    path: layout.starterFix,
    text: starterFixText(path, text, mended),
  });
  const commas = mended.commas.map(({ line, column, after, fault }): Finding => {
    const what = `${path}, line ${line}, column ${column}`;
    return { what, wanted: `a comma after ${after}`, found: 'none', excerpt: faultLines(path, fault) };
  });
  // They stay when the comma is there; whoever says yes to it should know of them.
  const others = mended.faults.slice(0, shownFaults).map(({ line, column, message, excerpt }): Finding => {
    const what = `${path}, line ${line}, column ${column}`;
    return { what, wanted: 'SQL that PostgreSQL can read', found: message, excerpt };
  });
  return [...commas, ...others, ...(note === null ? [] : [note])];
}

function faultWords({ faults: [first, ...rest] }: StarterFix): string {
  if (first === undefined) return '';
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
  return `; line ${first.line}, column ${first.column} is no SQL: ${first.message}${more}`;
}

/** What no comma mends is the person's to judge: nothing here depends on the starter schema. */
function faultBoxes(path: string, { faults }: StarterFix): readonly OpenBox[] {
  if (faults.length === 0) return [];
  const left = faults.length - shownFaults;
  const lines = [
    'PostgreSQL cannot read the starter schema:',
    ...faults.slice(0, shownFaults).flatMap((fault) => faultLines(path, fault)),
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
  return [{ box: items.fix.id, reason: lines.join('\n') }];
}

import { type LogSeen, watchLog } from '../containers/watch-log.ts';
import {
  type BehaviourResult,
  checkBehaviour,
  countBehaviours,
} from '../database/behaviour/check-behaviour.ts';
import { workedExample } from '../database/behaviour/checks.ts';
import type { Catalog } from '../database/catalog/catalog.ts';
import { tablesAtRisk } from '../database/comparison/repair-script.ts';
import { countRows } from '../database/validation/row-counts.ts';
import { type SchemaReport, validateSchema } from '../database/validation/validate.ts';
import { countWords, notAsMigrated, tableCountWords } from '../database/validation/words.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import type { Session } from '../domain/session.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import { blocked, type Look, satisfied } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { contractOf } from '../workspace/contract.ts';
import { markOfFiles, soundMigrations } from '../workspace/migrations.ts';
import type { ValidationBoxes } from './validation-boxes.ts';
import { behaviourEvidence, scriptEvidence, untestedItems } from './validation-evidence.ts';
import { behaviourItem, generatedProgress, plannedProgress, schemaProgress } from './validation-progress.ts';

/**
 * Compares the context's database with what its migrations make of an empty one.
 * @param trying whether to try the behaviours too, in a transaction that is rolled back
 */
export async function lookAtSchema(context: Context, boxes: ValidationBoxes, trying: boolean): Promise<Look> {
  const [lookAtLog, files] = await Promise.all([watchLog(context), soundMigrations(context)]);
  const expected = await context.catalogs.after(files);
  const session = await context.database.session();
  const contract = await contractOf(context);
  const planned = plannedProgress(expected, contract);
  if (trying) context.progress(boxes.step, planned);
  const report = await validateSchema(session, expected, contract, false);
  const { differences } = report;
  // Where nothing is to be tried, what differs is all that there is to see.
  if (!trying && differences.length > 0) context.progress(boxes.step, planned);
  if (trying || differences.length > 0) {
    const rows = await countRows(session, tablesAtRisk(differences));
    const options = { rowsOf: (table: string) => rows.get(table) };
    for (const item of schemaProgress(expected, report.live, contract, differences, options)) {
      context.progress(boxes.step, item);
    }
  }
  const tried =
    trying && differences.length === 0 ? await tryBehaviours(context, boxes.step, session, report.live) : [];
  const failed = tried.filter(({ ok }) => !ok);
  if (differences.length > 0 || failed.length > 0) {
    return blocked(notAsMigrated(differences, failed, boxes.again));
  }
  const { target } = context.database;
  const script = trying ? await scriptEvidence(context, session, boxes) : [];
  const log = await lookAtLog();
  const evidence = [
    ...schemaEvidence(context, boxes, report),
    ...script,
    ...behaviourEvidence(tried, target, boxes.alsoProven),
    { ...(log.unread === null ? { box: boxes.errors } : {}), ...errorsEvidence(context, report, files, log) },
  ];
  const open = log.unread === null ? [] : [{ box: boxes.errors, reason: log.unread }];
  const untested = boxes.alsoProven ? untestedItems(tried) : [];
  return satisfied(countWords(report.counts), evidence, [...boxes.open(target), ...open, ...untested]);
}

function schemaEvidence(
  { database: { target }, stack }: Context,
  boxes: ValidationBoxes,
  { counts }: SchemaReport,
): readonly Evidence[] {
  const { foreignKeys, foreignKeysCrossSchema: crossSchema } = counts;
  const script = {
    box: boxes.script,
    target,
    summary: stack === null ? 'validated on the server' : 'validated in the container',
  } as const;
  const keys = `${foreignKeys} foreign keys, ${crossSchema} of them across schemas`;
  return [
    ...(target === 'embedded' ? [] : [script]),
    { box: boxes.counts, target, summary: tableCountWords(counts), facts: { ...counts } },
    { box: boxes.keys, target, summary: keys, facts: { foreignKeys, crossSchema } },
  ];
}

function errorsEvidence(
  context: Context,
  { notes, serverVersion, expectedVersion }: SchemaReport,
  files: readonly MigrationFile[],
  log: LogSeen,
): Omit<Evidence, 'box'> {
  return {
    target: context.database.target,
    summary: `0 differences, ${notes.length} notes, against PostgreSQL ${expectedVersion}`,
    facts: {
      differences: 0,
      notes: notes.length,
      serverVersion,
      migrations: files.length,
      files: markOfFiles(files),
      ...log.facts,
    },
  };
}

/** What the schema promises, tried one by one; none where the server takes no writes. */
async function tryBehaviours(
  context: Context,
  step: StepId,
  session: Session,
  live: Catalog,
): Promise<readonly BehaviourResult[]> {
  const total = countBehaviours(live);
  const tellGenerated = (worked: BehaviourResult | null) => {
    for (const item of generatedProgress(live, worked)) context.progress(step, item);
  };
  const watch = (result: BehaviourResult) => {
    if (result.name === workedExample.check) tellGenerated(result);
    context.progress(step, behaviourItem(result, total));
  };
  const behaviour = await checkBehaviour(session, live, watch, context.signal);
  if ('results' in behaviour) return behaviour.results;
  tellGenerated(null);
  return [];
}

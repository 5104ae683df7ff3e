import { evidenceFor, openOnEmbedded, provenBy } from '../checklist/items.ts';
import { readLog, serverTime, timeOfChecks, type WatchedLog } from '../containers/watch-log.ts';
import {
  type BehaviourResult,
  checkBehaviour,
  countBehaviours,
} from '../database/behaviour/check-behaviour.ts';
import { workedExample } from '../database/behaviour/checks.ts';
import type { Catalog } from '../database/catalog/catalog.ts';
import { tablesAtRisk } from '../database/comparison/repair-script.ts';
import { countRows } from '../database/validation/row-counts.ts';
import { countsText, keyCountText, notAsMigrated, tableCountText } from '../database/validation/text.ts';
import { type SchemaReport, validateSchema } from '../database/validation/validate.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import type { Session } from '../domain/session.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import { blocked, type CheckResult, satisfied } from '../domain/step.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { contractOf } from '../workspace/contract.ts';
import { bundled, layout } from '../workspace/layout.ts';
import { markOfFiles, soundMigrations } from '../workspace/migrations.ts';
import { catalogOf } from './catalog-of.ts';
import { inspectDatabaseAhead } from './inspect-database-ahead.ts';
import {
  behaviourEvidence,
  scriptEvidence,
  untestedItems,
  type ValidationItems,
} from './validation-evidence.ts';
import { behaviourItem, generatedProgress, plannedProgress, schemaProgress } from './validation-progress.ts';

/**
 * Compares the target's database with the result of its migrations on an empty one.
 * @param step the step that shows the progress
 * @param withBehaviours whether to test the behaviours too, in a transaction that is rolled back
 */
export async function inspectSchema(
  context: Context,
  target: Target<ValidationItems>,
  step: StepId,
  withBehaviours: boolean,
): Promise<CheckResult> {
  void inspectDatabaseAhead(target, context.signal);
  const files = await soundMigrations(context);
  const usual = await context.catalogs.after(files);
  const session = await target.database.session();
  const contract = await contractOf(context);
  const planned = plannedProgress(usual, contract);
  if (withBehaviours) context.progress(step, planned);
  const live = await catalogOf(target.database);
  const expected = await context.catalogs.matching(files, live);
  const report = await validateSchema(live, expected, contract, false);
  const { differences } = report;
  // Without the behaviours, only differences are shown.
  if (!withBehaviours && differences.length > 0) context.progress(step, planned);
  if (withBehaviours || differences.length > 0) {
    const rows = await countRows(session, tablesAtRisk(differences));
    const options = { rowsOf: (table: string) => rows.get(table) };
    for (const item of schemaProgress(expected, report.live, contract, differences, options)) {
      context.progress(step, item);
    }
  }
  const tested =
    withBehaviours && differences.length === 0
      ? await testsOf(context, target, step, session, report.live)
      : { results: [], script: Promise.resolve([]), since: timeOfChecks(target) };
  const failed = tested.results.filter(({ ok }) => !ok);
  if (differences.length > 0 || failed.length > 0) {
    return blocked(notAsMigrated(differences, failed, ['erp-deploy', 'validate']));
  }
  const { items, database } = target;
  const script = await tested.script;
  const log = await readLog(target, await tested.since, context.signal, !withBehaviours);
  const evidence = [
    ...schemaEvidence(target, report),
    ...script,
    ...behaviourEvidence(tested.results, database.target, items.inserts),
    evidenceFor(log.unread === null ? items.errors : undefined, errorsEvidence(target, report, files, log)),
  ];
  const unread =
    log.unread === null || items.errors === undefined ? [] : [{ item: items.errors.id, reason: log.unread }];
  return satisfied(countsText(report.counts), evidence, [
    ...openOnEmbedded([items.script], database.target),
    ...unread,
    ...untestedItems(tested.results, items.inserts),
  ]);
}

function schemaEvidence(
  { database: { target }, stack, items }: Target<ValidationItems>,
  { counts }: SchemaReport,
): readonly Evidence[] {
  const { foreignKeys, foreignKeysCrossSchema: crossSchema } = counts;
  const keys = `${keyCountText(foreignKeys)}, ${crossSchema} of them cross-schema`;
  const summary = stack === null ? 'validated on the server' : 'validated in the container';
  return [
    ...provenBy([items.script], target).map((item) => evidenceFor(item, { target, summary })),
    evidenceFor(items.counts, { target, summary: tableCountText(counts), facts: { ...counts } }),
    evidenceFor(items.keys, { target, summary: keys, facts: { foreignKeys, crossSchema } }),
  ];
}

function errorsEvidence(
  { database: { target } }: Target,
  { notes, serverVersion, expectedVersion }: SchemaReport,
  files: readonly MigrationFile[],
  log: WatchedLog,
): Omit<Evidence, 'item'> {
  return {
    target,
    summary: `0 differences, ${notes.length} notes, against PostgreSQL ${expectedVersion}${log.summary === '' ? '' : `; ${log.summary}`}`,
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

interface Tested {
  readonly results: readonly BehaviourResult[];
  readonly script: Promise<readonly Evidence[]>;
  /** The time of the database's server before the tests; null if its log cannot be read. */
  readonly since: Promise<string | null>;
}

/** Tests the behaviours, and runs the validation script: in the same round trip if the tests take only one. */
async function testsOf(
  context: Context,
  target: Target<ValidationItems>,
  step: StepId,
  session: Session,
  live: Catalog,
): Promise<Tested> {
  const text = await context.files.read(`${layout.migrations}/${bundled.validation}`);
  const since = target.stack === null ? Promise.resolve(null) : serverTime(session);
  since.catch(() => undefined);
  const isNear = target.database.target !== 'production';
  const tests = testBehaviours(context, step, session, live, isNear);
  if (isNear) await tests;
  const script = scriptEvidence(target, session, text);
  // A failed test is reported rather than a script that failed for the same reason.
  script.catch(() => undefined);
  return { results: await tests, script, since };
}

/**
 * Tests the behaviours; returns nothing if the server accepts no writes.
 * @param isNear whether round trips are cheap; then each result is shown as soon as it is known
 */
async function testBehaviours(
  context: Context,
  step: StepId,
  session: Session,
  live: Catalog,
  isNear: boolean,
): Promise<readonly BehaviourResult[]> {
  const total = countBehaviours(live);
  const showGenerated = (computed: BehaviourResult | null) => {
    for (const item of generatedProgress(live, computed)) context.progress(step, item);
  };
  const watch = (result: BehaviourResult) => {
    if (result.name === workedExample.check) showGenerated(result);
    context.progress(step, behaviourItem(result, total));
  };
  const behaviour = await checkBehaviour(session, live, isNear ? watch : undefined, context.signal);
  if ('results' in behaviour) {
    if (!isNear) behaviour.results.forEach(watch);
    return behaviour.results;
  }
  showGenerated(null);
  return [];
}

import { checkBehaviour } from '../../database/behaviour/check-behaviour.ts';
import { validateSchema } from '../../database/validation/validate.ts';
import { countWords, notAsMigrated, tableCountWords } from '../../database/validation/words.ts';
import type { Evidence, OpenBox } from '../../domain/evidence.ts';
import { blocked, type Look, type Step, satisfied } from '../../domain/step.ts';
import type { Context, Progress } from '../context.ts';
import { bundled, layout } from '../layout.ts';
import { contractOf } from '../workspace/contract.ts';
import { soundMigrations } from '../workspace/migrations.ts';
import { allApplied } from './validated.ts';
import { behaviourEvidence, scriptEvidence } from './validation-evidence.ts';
import { behaviourProgress, schemaProgress } from './validation-progress.ts';

const again = 'erp-deploy validate';

/** Compares the local database with what its migrations make of an empty one, and tries what it should do. */
export const validation: Step<Context> = {
  id: '2.3',
  phase: 'local-test',
  title: 'validation',
  wanted: 'a database that is what its migrations say, and does what they promise',
  needs: [
    allApplied,
    {
      step: '0.5',
      what: `${layout.migrations}/${bundled.validation}`,
      holds: async ({ files }) =>
        (await files.look(`${layout.migrations}/${bundled.validation}`)).type === 'file',
    },
  ],
  check: async (context) => lookAt(context, false),
  preview: async () => [],
  verify: async (context) => lookAt(context, true),
};

/** @param trying whether to try the behaviours too, in a transaction that is rolled back */
async function lookAt(context: Context, trying: boolean): Promise<Look> {
  const files = await soundMigrations(context);
  const expected = await context.catalogs.after(files);
  const session = await context.database.session();
  const contract = await contractOf(context);
  const report = await validateSchema(session, expected, contract, false);
  const { counts, differences, notes, serverVersion } = report;
  const tell = (items: readonly Progress[]) => {
    if (trying) for (const item of items) context.progress('2.3', item);
  };
  tell(schemaProgress(report.live, contract, differences));
  const behaviour = trying && differences.length === 0 ? await checkBehaviour(session, report.live) : null;
  const tried = behaviour !== null && 'results' in behaviour ? behaviour.results : [];
  const failed = tried.filter(({ ok }) => !ok);
  tell(behaviourProgress(tried));
  if (differences.length > 0 || failed.length > 0) return blocked(notAsMigrated(differences, failed, again));
  const target = 'embedded';
  const foreignKeys = counts.foreignKeys;
  const crossSchema = counts.foreignKeysCrossSchema;
  const evidence: Evidence[] = [
    { box: '2.3#2', target, summary: tableCountWords(counts), facts: { ...counts } },
    {
      box: '2.3#3',
      target,
      summary: `${foreignKeys} foreign keys, ${crossSchema} of them across schemas`,
      facts: { foreignKeys, crossSchema },
    },
    {
      box: '2.3#5',
      target,
      summary: `0 differences, ${notes.length} notes, against PostgreSQL ${report.expectedVersion}`,
      facts: { differences: 0, notes: notes.length, serverVersion, migrations: files.length },
    },
    ...(trying ? await scriptEvidence(context, session) : []),
    ...behaviourEvidence(tried),
  ];
  return satisfied(countWords(counts), evidence, containerBoxes);
}

const containerBoxes: readonly OpenBox[] = [
  { box: '2.3#1', reason: 'speaks of a container: proven where a Docker engine runs it' },
];

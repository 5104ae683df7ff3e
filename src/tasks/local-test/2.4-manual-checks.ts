import {
  anywhere,
  evidenceFor,
  inLocalContainer,
  openOnEmbedded,
  provenElsewhere,
} from '../../checklist/items.ts';
import type { CatalogObject } from '../../database/catalog/catalog.ts';
import { catalogNow } from '../../database/catalog/catalog-now.ts';
import type { Evidence, Item } from '../../domain/evidence.ts';
import { type Finding, missing, type Step, satisfied } from '../../domain/step.ts';
import { validatedLocally } from '../../targets/needs.ts';
import type { Context } from '../../workspace/context.ts';

const lists = [
  { item: inLocalContainer('2.4#1'), schema: 'erp' },
  { item: inLocalContainer('2.4#2'), schema: 'agent' },
] as const;

/** 2.3 tests the inserts. */
const inserts = [provenElsewhere('2.4#6'), provenElsewhere('2.4#7')];

/** Reads from the catalog what the checklist says to check by hand. */
export const manualChecks: Step<Context> = {
  id: '2.4',
  phase: 'local-test',
  title: 'manual checks',
  expected: 'the cross-schema foreign keys, the computed column and the trigger that the checklist names',
  get items() {
    return [...lists, ...checks].map(({ item }) => item).concat(inserts);
  },
  needs: [validatedLocally],
  async check({ local: { database } }) {
    const { objects } = await catalogNow(await database.session());
    const results = checks.map((one) => ({ ...one, found: one.find(objects) }));
    const findings = results
      .filter(({ found }) => found === null)
      .map(({ what }): Finding => ({ what, expected: 'in the catalog', actual: 'missing' }));
    if (findings.length > 0) return missing(...findings);
    const { target } = database;
    const evidence = results.map(({ item, found }) => evidenceFor(item, { target, summary: found ?? '' }));
    const tables = target === 'embedded' ? [] : tablesOf(objects, target);
    const open = openOnEmbedded(
      lists.map(({ item }) => item),
      target,
    );
    return satisfied('cross-schema foreign keys, computed column, trigger', [...tables, ...evidence], open);
  },
  preview: async () => [],
};

interface ManualCheck {
  readonly item: Item;
  readonly what: string;
  /** Returns what was found, in one line; null if it is missing. */
  find(objects: readonly CatalogObject[]): string | null;
}

/**
 * The cross-schema foreign keys of the checklist's own listing. It also expects one from erp.execution_runs to
 * agent.sessions "if referenced", but lists no column for it.
 */
const acrossSchemas = [
  'agent.sessions.client_person_id to erp.people',
  'agent.reflections.client_person_id to erp.people',
  'agent.step_evaluations.execution_run_id to erp.execution_runs',
] as const;

const checks: readonly ManualCheck[] = [
  {
    item: anywhere('2.4#3'),
    what: acrossSchemas.join(', '),
    find: (objects) => {
      const keys = objects.filter(({ kind }) => kind === 'foreign key').map(keyWords);
      return acrossSchemas.every((one) => keys.includes(one))
        ? `${acrossSchemas.join(', ')} (the checklist lists no column for a key from erp.execution_runs to agent.sessions)`
        : null;
    },
  },
  {
    item: anywhere('2.4#4'),
    what: 'erp.execution_runs.variance_pct, generated',
    find: (objects) => {
      const column = objects.find(
        ({ kind, name }) => kind === 'column' && name === 'erp.execution_runs.variance_pct',
      );
      const expression = column?.attributes.generated;
      return typeof expression === 'string' ? `variance_pct: ${expression}` : null;
    },
  },
  {
    item: anywhere('2.4#5'),
    what: 'trigger events_set_updated_at on agent.events',
    find: (objects) => {
      const trigger = objects.find(
        ({ kind, name }) => kind === 'trigger' && name.startsWith('events_set_updated_at on agent.events'),
      );
      return trigger === undefined ? null : `${trigger.name}, ${trigger.attributes.enabled ?? ''}`;
    },
  },
];

function keyWords({ parent, columns, references }: CatalogObject): string {
  return `${parent?.replace(/^table /, '') ?? ''}.${columns.join(', ')} to ${references?.table ?? ''}`;
}

/** Returns what `\\dt erp.*` and `\\dt agent.*` would list in the container. */
function tablesOf(objects: readonly CatalogObject[], target: Evidence['target']): readonly Evidence[] {
  return lists.map(({ item, schema }) => {
    const tables = objects.filter((one) => one.kind === 'table' && one.schema === schema);
    const names = tables.map(({ name }) => name);
    return evidenceFor(item, { target, summary: `${names.length} tables: ${names.join(', ')}` });
  });
}

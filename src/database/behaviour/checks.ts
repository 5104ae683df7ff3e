import type { Catalog } from '../catalog/catalog.ts';
import { vectorOf } from './candidates.ts';
import { type AnyCheck, accepts, type CheckMaker, checkMaker } from './check.ts';
import { orphansRejected } from './orphans.ts';
import { type RowMaker, rowMaker } from './row-maker.ts';
import { tableLookup } from './table-parts.ts';
import { updatedAtChanges } from './updated-at-changes.ts';
import { valueSource } from './values.ts';

const cache = new WeakMap<Catalog, readonly AnyCheck[]>();

/** Returns every behaviour test of a catalog, in the order of the report. */
export function checksFor(catalog: Catalog): readonly AnyCheck[] {
  const checks = cache.get(catalog) ?? allChecks(catalog);
  cache.set(catalog, checks);
  return checks;
}

function allChecks(catalog: Catalog): readonly AnyCheck[] {
  const source = valueSource(catalog);
  const find = tableLookup(catalog);
  const rows = rowMaker(find, source);
  const checkOf = checkMaker(catalog);
  return [
    ...['erp.people', 'agent.sessions'].map((table) =>
      checkOf(`insert into ${table}`, 'accepted', [
        () => accepts(rows.rowFor(table)),
        () => accepts(rows.copyFor(table)),
      ]),
    ),
    ...variance(rows, checkOf),
    ...updatedAtChanges(rows, catalog, checkOf),
    ...orphansRejected({ rows, source, find, checkOf }, catalog),
    secondDefaultRejected(rows, catalog, checkOf),
    ...['agent.memory_entries', 'agent.episodes'].flatMap((table) => dimensions(rows, table, checkOf)),
    graphNeighbors(rows, checkOf),
  ];
}

const example = { estimated: '10', actual: '12' } as const;

/** The check that computes a generated column from example values; the progress of the validation shows it. */
export const workedExample = {
  column: 'erp.execution_runs.variance_pct',
  check: `variance_pct of ${example.estimated} hours estimated and ${example.actual} spent is (12 - 10) / 10 * 100`,
  given: `estimated ${example.estimated}, actual ${example.actual}`,
  unit: '%',
} as const;

function variance(rows: RowMaker, checkOf: CheckMaker): AnyCheck[] {
  const computed = (name: string, wanted: string, estimated: string, actual: string) =>
    checkOf(name, wanted, [
      () => {
        const row = rows.rowFor('erp.execution_runs', { estimated_hours: estimated, actual_hours: actual });
        return [
          ...row.inserts.slice(0, -1),
          `${row.inserts.at(-1)} returning coalesce(round(variance_pct, 2)::text, 'null') into found`,
        ];
      },
    ]);
  return [
    computed(workedExample.check, '20.00', example.estimated, example.actual),
    computed('variance_pct of 0 hours estimated is null', 'null', '0', '12'),
    computed('variance_pct without an estimate is null', 'null', 'null', '12'),
  ];
}

function secondDefaultRejected(rows: RowMaker, catalog: Catalog, checkOf: CheckMaker): AnyCheck {
  const table = 'agent.block_actions';
  const index = catalog.objects.find(
    ({ kind, parent, attributes }) =>
      kind === 'index' &&
      parent === `table ${table}` &&
      attributes.unique === 'yes' &&
      attributes.definition?.endsWith(' WHERE is_default'),
  );
  const wanted = `rejected by ${index?.part ?? 'a unique index where is_default'} on ${table}`;
  const inserts = () => {
    const block = rows.rowFor('agent.blocks');
    const given = { block_id: block.values.id ?? 'null', is_default: 'true' };
    const action = () => accepts(rows.rowFor(table, given));
    return [...block.inserts, ...action(), ...action()];
  };
  return checkOf('agent.block_actions rejects a second default action of a block', wanted, [inserts]);
}

function dimensions(rows: RowMaker, table: string, checkOf: CheckMaker): AnyCheck[] {
  const insert = (count: number) => [
    () => accepts(rows.rowFor(table, { embedding: `'${vectorOf(count)}'` })),
  ];
  return [
    checkOf(`${table} accepts an embedding of 1536 dimensions`, 'accepted', insert(1536)),
    checkOf(`${table} rejects an embedding of 3 dimensions`, 'rejected (22000)', insert(3)),
  ];
}

function graphNeighbors(rows: RowMaker, checkOf: CheckMaker): AnyCheck {
  const query = () => {
    const [origin, other] = [0, 1].map(() => rows.rowFor('agent.graph_nodes', {}, { also: ['node_id'] }));
    const edge = rows.rowFor('agent.graph_edges', {
      from_node_id: origin?.values.id ?? 'null',
      to_node_id: other?.values.id ?? 'null',
    });
    return [
      ...(origin?.inserts ?? []),
      ...(other?.inserts ?? []),
      ...edge.inserts,
      `select case when count(*) > 0 then 'a neighbor' else 'no neighbor' end into found
       from agent.get_graph_neighbors(${origin?.values.node_id}) answer
       where strpos(to_jsonb(answer)::text, ${other?.values.node_id}) > 0`,
    ];
  };
  return checkOf('agent.get_graph_neighbors returns a neighbor', 'a neighbor', [query]);
}

import type { BehaviourResult } from '../../database/behaviour/check-behaviour.ts';
import type { Catalog, CatalogObject } from '../../database/catalog/catalog.ts';
import type { Difference } from '../../database/comparison/difference.ts';
import type { Contract } from '../../database/contract.ts';
import { differenceWords } from '../../database/validation/words.ts';
import type { Progress } from '../context.ts';

/** What validation looked at, one by one, for whoever watches: groups in the order in which they are shown. */
export function schemaProgress(
  live: Catalog,
  contract: Contract,
  differences: readonly Difference[],
): readonly Progress[] {
  const groups: readonly (readonly [string, readonly Omit<Progress, 'group' | 'total'>[]])[] = [
    ['differences', differences.map((one) => ({ name: differenceWords(one), ok: false, note: '' }))],
    ['tables', ofKind(live, 'table', (table) => contract.tables[table.name]?.group ?? 'your own')],
    ['foreign keys', ofKind(live, 'foreign key', acrossNote)],
    ['triggers', ofKind(live, 'trigger', ({ attributes }) => attributes.enabled ?? '')],
    ['generated', generated(live)],
  ];
  return groups.flatMap(([group, items]) => items.map((item) => ({ group, total: items.length, ...item })));
}

/** What was tried, and came to what it should or did not. */
export function behaviourProgress(tried: readonly BehaviourResult[]): readonly Progress[] {
  return tried.map(({ name, ok, found }) => ({
    group: 'behaviour',
    total: tried.length,
    name,
    ok,
    note: found,
  }));
}

function ofKind(
  { objects }: Catalog,
  kind: CatalogObject['kind'],
  note: (object: CatalogObject) => string,
): readonly Omit<Progress, 'group' | 'total'>[] {
  return objects
    .filter((object) => object.kind === kind)
    .map((object) => ({ name: shownName(object), ok: true, note: note(object) }));
}

/** A key by what it joins, not by its constraint's name. */
function shownName({ kind, name, parent, columns, references }: CatalogObject): string {
  if (kind !== 'foreign key' || references === null) return name;
  return `${parent?.replace(/^table /, '') ?? ''}.${columns.join(', ')} → ${references.table}`;
}

function acrossNote({ schema, references }: CatalogObject): string {
  return references !== null && references.table.split('.')[0] !== schema ? '⇄ across schemas' : '';
}

function generated({ objects }: Catalog): readonly Omit<Progress, 'group' | 'total'>[] {
  return objects.flatMap(({ kind, name, attributes }) =>
    kind === 'column' && typeof attributes.generated === 'string'
      ? [{ name, ok: true, note: attributes.generated }]
      : [],
  );
}

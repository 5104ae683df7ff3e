import type { CatalogObject, ObjectKind } from '../../catalog/catalog.ts';
import {
  alterTable,
  always,
  byHand,
  type Change,
  type Changes,
  comment,
  owner,
  rebuild,
  triggerStates,
} from './change.ts';
import { columnChanges } from './column-changes.ts';
import { publicationChanges } from './publication-changes.ts';
import { grant, revoke } from './removal.ts';
import { roleChanges } from './role-changes.ts';
import { tableChanges } from './table-changes.ts';
import { domainChanges, typeChanges } from './type-changes.ts';

const create: Change = (_wanted, _live, expected) => [expected.definition];

const validated: Change = (wanted, live) =>
  wanted === 'yes' ? alterTable(live, `validate constraint ${live.part}`) : rebuild;
const constraint: Changes = { definition: always(rebuild), valid: always(rebuild), validated };

const enabled: Change = (wanted, live) =>
  alterTable(live, `${triggerStates[wanted ?? 'yes']} ${live.kind} ${live.part}`);

/** Revoking only the grant option keeps the privilege; revoking the privilege would also revoke it on columns. */
const privilege: Change = (wanted, live, _expected, aspect) => {
  if (wanted === null) return [revoke(live, aspect)];
  if (wanted === 'with grant option') return [`${grant(live, aspect)} with grant option`];
  return [live.attributes[aspect] == null ? grant(live, aspect) : revoke(live, `grant option for ${aspect}`)];
};

const sequence: Changes = {
  type: (wanted, live) => [`alter sequence ${live.name} as ${wanted}`],
  parameters: (wanted, live) => [`alter sequence ${live.name} ${(wanted ?? '').replaceAll(',', '')}`],
  'owned by': (wanted, live) => [`alter sequence ${live.name} owned by ${wanted ?? 'none'}`],
};

/** A view's columns have defaults for INSERT. */
const viewDefault: Change = (wanted, live, _expected, aspect) => {
  const column = aspect.slice('column '.length, -' default'.length);
  const clause = wanted === null ? 'drop default' : `set default ${wanted}`;
  return [`alter view ${live.name} alter column ${column} ${clause}`];
};

const eventTriggerEnabled: Change = (wanted, live) => [
  `alter event trigger ${live.name} ${triggerStates[wanted ?? 'yes']}`,
];

const changes: Readonly<Partial<Record<ObjectKind, Changes>>> = {
  role: roleChanges,
  collation: { definition: byHand },
  type: typeChanges,
  domain: domainChanges,
  sequence,
  function: { signature: always(rebuild), definition: create },
  procedure: { signature: always(rebuild), definition: create },
  aggregate: { signature: always(rebuild), definition: always(rebuild) },
  cast: { definition: always(rebuild) },
  table: tableChanges,
  column: columnChanges,
  'primary key': constraint,
  unique: constraint,
  check: constraint,
  exclusion: constraint,
  // Created again instead of enabled, so that the rows inserted meanwhile are checked.
  'foreign key': { ...constraint, triggers: always(rebuild) },
  index: { definition: always(rebuild), unique: always(rebuild), valid: always(rebuild) },
  view: { definition: always(rebuild), options: always(rebuild), column: viewDefault },
  'materialized view': {
    definition: always(rebuild),
    options: always(rebuild),
    'access method': always(rebuild),
    populated: (_wanted, live) => [`refresh materialized view ${live.name}`],
  },
  trigger: { definition: always(rebuild), enabled },
  rule: { definition: always(rebuild), enabled },
  policy: { definition: always(rebuild) },
  statistics: {
    definition: always(rebuild),
    target: (wanted, live) => [`alter statistics ${live.name} set statistics ${wanted ?? '-1'}`],
  },
  publication: publicationChanges,
  'event trigger': { definition: always(rebuild), enabled: eventTriggerEnabled },
};

/** Attributes that objects of many kinds have. */
const details: Changes = { owner, comment };

/** Returns the change for an attribute; `byHand` if no safe statement exists. */
export function changeOf(kind: ObjectKind, aspect: string): Change {
  if (kind === 'grant' || kind === 'default privilege') return privilege;
  const known = Object.entries({ ...(kind === 'role' ? {} : details), ...changes[kind] });
  const named =
    known.find(([name]) => name === aspect) ?? known.find(([name]) => aspect.startsWith(`${name} `));
  return named?.[1] ?? byHand;
}

/** Returns the attributes of two objects, in the order in which they must be changed. */
export function aspectsOf(expected: CatalogObject, live: CatalogObject): string[] {
  const first = Object.keys(changes[expected.kind] ?? {});
  const all = new Set([...Object.keys(expected.attributes), ...Object.keys(live.attributes)].toSorted());
  return [...first.filter((aspect) => all.delete(aspect)), ...all];
}

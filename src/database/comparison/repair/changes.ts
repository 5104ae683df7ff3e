import type { CatalogObject, ObjectKind } from '../../catalog/catalog.ts';
import { partitionPlace } from '../partitions.ts';
import { alterTable, always, byHand, type Change, type Changes, rebuild } from './change.ts';
import { columnChanges } from './column-changes.ts';
import { grant, revoke } from './removal.ts';
import { roleChanges } from './role-changes.ts';
import { domainChanges, enumLabels } from './type-changes.ts';

const create: Change = (_wanted, _live, expected) => [expected.definition];

const validated: Change = (wanted, live) =>
  wanted === 'yes' ? alterTable(live, `validate constraint ${live.part}`) : rebuild;
const constraint: Changes = { definition: always(rebuild), valid: always(rebuild), validated };

const states: Readonly<Record<string, string>> = {
  yes: 'enable',
  no: 'disable',
  replica: 'enable replica',
  always: 'enable always',
};
const enabled: Change = (wanted, live) =>
  alterTable(live, `${states[wanted ?? 'yes']} ${live.kind} ${live.part}`);

/** Taking the option back leaves the right; revoking the right would take those on columns with it. */
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

/** No row moves: a detached partition keeps its own, and attaching one checks them against the bound. */
const partition: Change = (wanted, live) => {
  const [from, to] = [live.attributes['partition of'], wanted].map((text) => partitionPlace(text ?? ''));
  return [
    ...(from === undefined ? [] : [`alter table ${from.parent} detach partition ${live.name}`]),
    ...(to === undefined ? [] : [`alter table ${to.parent} attach partition ${live.name} ${to.bound}`]),
  ];
};

const table: Changes = {
  'partition of': partition,
  persistence: (wanted, live) => alterTable(live, `set ${wanted}`),
  'row security': (wanted, live) =>
    alterTable(live, `${wanted === 'yes' ? 'enable' : 'disable'} row level security`),
  'row security forced': (wanted, live) =>
    alterTable(live, `${wanted === 'yes' ? '' : 'no '}force row level security`),
  inherits: (wanted, live) => {
    const [parents, there] = [wanted, live.attributes.inherits].map((names) => names?.split(', ') ?? []);
    return [
      ...(there ?? [])
        .filter((one) => !parents?.includes(one))
        .flatMap((one) => alterTable(live, `no inherit ${one}`)),
      ...(parents ?? [])
        .filter((one) => !there?.includes(one))
        .flatMap((one) => alterTable(live, `inherit ${one}`)),
    ];
  },
};

const changes: Readonly<Partial<Record<ObjectKind, Changes>>> = {
  role: roleChanges,
  type: { labels: enumLabels },
  domain: domainChanges,
  sequence,
  function: { signature: always(rebuild), definition: create },
  procedure: { signature: always(rebuild), definition: create },
  table,
  column: columnChanges,
  'primary key': constraint,
  unique: constraint,
  check: constraint,
  exclusion: constraint,
  // Made anew rather than switched on: that checks the rows that came in while nothing did.
  'foreign key': { ...constraint, triggers: always(rebuild) },
  index: { definition: always(rebuild), unique: always(rebuild), valid: always(rebuild) },
  view: { definition: always(rebuild), options: always(rebuild) },
  'materialized view': { definition: always(rebuild), options: always(rebuild) },
  trigger: { definition: always(rebuild), enabled },
  rule: { definition: always(rebuild), enabled },
  policy: { definition: always(rebuild) },
};

/** What changes an attribute of that name; `byHand` where nothing safe does. */
export function changeOf(kind: ObjectKind, aspect: string): Change {
  if (kind === 'grant' || kind === 'default privilege') return privilege;
  const known = Object.entries(changes[kind] ?? {});
  const named =
    known.find(([name]) => name === aspect) ?? known.find(([name]) => aspect.startsWith(`${name} `));
  return named?.[1] ?? byHand;
}

/** The attributes of two objects, in the order in which their changes have to be made. */
export function aspectsOf(expected: CatalogObject, live: CatalogObject): string[] {
  const first = Object.keys(changes[expected.kind] ?? {});
  const all = new Set([...Object.keys(expected.attributes), ...Object.keys(live.attributes)].toSorted());
  return [...first.filter((aspect) => all.delete(aspect)), ...all];
}

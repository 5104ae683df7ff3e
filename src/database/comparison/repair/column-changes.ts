import { type CatalogObject, tableOf } from '../../catalog/catalog.ts';
import { unquoted } from '../../sql/quoted-name.ts';
import { alterTable, type Changes, quoted, rebuild } from './change.ts';

const alter = (live: CatalogObject, ...clauses: string[]) =>
  clauses.map((clause) => `alter table ${tableOf(live)} alter column ${live.part} ${clause}`);

const withoutCollation = (type: string) => type.replace(/ collate .*/, '');

/** A default blocks a change of type. A cast can truncate values; another collation keeps them. */
function retyped(live: CatalogObject, type: string, fallback: string | null) {
  const cast = withoutCollation(type);
  const change = alter(live, `type ${type} using ${live.part}::${cast}`);
  return {
    around: [
      ...(live.attributes.default ? alter(live, 'drop default') : []),
      ...change,
      ...(fallback === null ? [] : alter(live, `set default ${fallback}`)),
    ],
    losing: new Set(cast === withoutCollation(live.attributes.type ?? '') ? [] : change),
  };
}

/** A new identity starts after the existing values. */
function identified(live: CatalogObject, identity: string, sequence: string): string[] {
  return [
    ...alter(live, 'set not null', 'drop default', `add generated ${identity} as identity (${sequence})`),
    `select setval(pg_get_serial_sequence(${quoted(tableOf(live) ?? '')}, ${quoted(unquoted(live.part))}), ` +
      `coalesce((select max(${live.part}) from ${tableOf(live)}), 0) + 1, false)`,
  ];
}

/** SET STORAGE DEFAULT exists from PostgreSQL 16 on, so the storage is read from the type. */
function usualStorage(live: CatalogObject): string {
  const [table, column] = [tableOf(live) ?? '', live.part];
  const name = `case t.typstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end`;
  const statement = quoted(`alter table ${table} alter column ${column} set storage `.replaceAll('%', '%%'));
  return `do $repair$ begin execute (select format(${statement} || '%s', ${name}) from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = ${quoted(table)}::regclass and a.attname = ${quoted(unquoted(column))}); end $repair$`;
}

export const columnChanges: Changes = {
  generated: (wanted, live) =>
    wanted === null && live.attributes.generated?.endsWith(' stored')
      ? alter(live, 'drop expression')
      : rebuild,
  type: (wanted, live, expected) =>
    expected.attributes.generated
      ? rebuild
      : retyped(live, wanted ?? '', expected.attributes.default ?? null),
  identity: (wanted, live, expected) => {
    if (wanted === null) return alter(live, 'drop identity');
    if (live.attributes.identity) return alter(live, `set generated ${wanted}`);
    return identified(live, wanted, (expected.attributes.sequence ?? '').replaceAll(',', ''));
  },
  // Without an identity on both sides, it is created and dropped with the identity.
  sequence: (wanted, live) =>
    wanted !== null && live.attributes.identity
      ? alter(
          live,
          wanted
            .split(', ')
            .map((clause) => `set ${clause}`)
            .join(' '),
        )
      : [],
  'not null': (wanted, live) => {
    if (wanted !== 'not validated') return alter(live, wanted === 'no' ? 'drop not null' : 'set not null');
    // From 18 on. One that is valid cannot become invalid.
    const dropped = live.attributes['not null'] === 'yes' ? alter(live, 'drop not null') : [];
    return [...dropped, ...alterTable(live, `add not null ${live.part} not valid`)];
  },
  // Identity and generated columns have no default.
  default: (wanted, live, expected) => {
    if (expected.attributes.identity || expected.attributes.generated) return [];
    return alter(live, wanted === null ? 'drop default' : `set default ${wanted}`);
  },
  storage: (wanted, live) => (wanted === null ? [usualStorage(live)] : alter(live, `set storage ${wanted}`)),
  compression: (wanted, live) => alter(live, `set compression ${wanted ?? 'default'}`),
  statistics: (wanted, live) => alter(live, `set statistics ${wanted ?? '-1'}`),
  options: (wanted, live) =>
    wanted === null
      ? alter(live, 'reset (n_distinct, n_distinct_inherited)')
      : alter(live, `set (${wanted})`),
};

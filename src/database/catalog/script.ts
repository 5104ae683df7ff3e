import { extensionNames, extensions, schemas } from './queries/cluster.ts';
import { constraints, indexes } from './queries/constraints.ts';
import { databaseWide } from './queries/database-wide.ts';
import { dependencies } from './queries/dependencies.ts';
import { details, hasSettings, usualOwner } from './queries/details.ts';
import { defaultPrivileges, grants } from './queries/grants.ts';
import { notCompared } from './queries/not-compared.ts';
import { functions, sequences, views } from './queries/programs.ts';
import { roles } from './queries/roles.ts';
import { policies, rules, triggers } from './queries/rules.ts';
import { statistics } from './queries/statistics.ts';
import { tables } from './queries/tables.ts';
import { types } from './queries/types.ts';

/**
 * The text of definitions depends on the first six of these settings. Without the seventh, the planner assumes that a
 * common table expression has few rows and scans it once for each row of another one: the time then grows with the
 * square of the number of tables.
 */
const settings = {
  search_path: 'pg_catalog',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '1',
  quote_all_identifiers: 'off',
  enable_nestloop: 'off',
  jit: 'off',
};

/**
 * The settings are local to the transaction of the script, and its last statement restores them. A script sent as one
 * message is one transaction even without BEGIN, so `is_local` works in both cases, and a pooler's connection is left
 * unchanged. The previous values are stored in settings of our own.
 */
const fix = `select ${Object.entries(settings)
  .map(
    ([name, value]) =>
      `pg_catalog.set_config('erp_deploy.${name}', pg_catalog.current_setting('${name}'), true),
       pg_catalog.set_config('${name}', '${value}', true)`,
  )
  .join(', ')}`;
const putBack = `select ${Object.keys(settings)
  .map((name) => `set_config('${name}', current_setting('erp_deploy.${name}'), true)`)
  .join(', ')}`;

/**
 * A value that changes with every transaction that writes. The snapshot contains every assigned transaction id except
 * that of the session's own open transaction. If that has one, the value is null, so that it never equals an earlier
 * one. Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
 */
const moment = `case when pg_catalog.pg_current_xact_id_if_assigned() is null
  then pg_catalog.pg_current_snapshot()::text end as moment`;

/** Queries only the moment. */
export const momentQuery = `select ${moment}`;

/**
 * The settings that decide what a literal means and which schema a name without one belongs to: PostgreSQL's defaults.
 */
const usual: Readonly<Record<string, string>> = {
  search_path: '"$user", public',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
};
/** The settings of the session before `fix` that differ from the defaults; null if none do. */
const decisive = `(select jsonb_object_agg(u.key, s.value)
  from (values ${Object.entries(usual)
    .map(([name, value]) => `('${name}', '${value}')`)
    .join(', ')}) u (key, value), lateral (select current_setting('erp_deploy.' || u.key) as value) s
  where case when u.key = 'timezone' then s.value !~ '^(Etc/)?(UTC|GMT|UCT|Zulu)$' else s.value <> u.value end)`;

/** The statements that run before anything is read. */
const version = `select split_part(current_setting('server_version'), ' ', 1) as version, ${moment},
  ${usualOwner}::regrole::text as owner, ${hasSettings} as settings, ${decisive} as session`;

/** In the order of kinds in which objects are listed. */
const objects = [
  extensions,
  roles,
  schemas,
  types,
  sequences,
  functions,
  tables,
  constraints,
  indexes,
  views,
].concat([triggers, rules, policies, statistics, databaseWide, defaultPrivileges, grants]);

export const catalogScript = [
  fix,
  version,
  extensionNames,
  dependencies,
  details,
  notCompared,
  ...objects,
  putBack,
].join(';\n');

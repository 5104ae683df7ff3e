import { unquoted } from '../database/sql/quoted-name.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Context } from '../workspace/context.ts';
import { soundMigrations } from '../workspace/migrations.ts';
import { endpoints } from './answers.ts';

/** The kinds of objects that PostgREST serves, and the part of the path before their name. */
const served: Readonly<Record<string, string>> = {
  table: '',
  view: '',
  'materialized view': '',
  function: 'rpc/',
};

/**
 * Returns every path of the API, without escapes: each schema, its tables, views and functions. A rule of the tunnel may
 * take the requests of one path only.
 */
export async function apiPaths(context: Context): Promise<readonly string[]> {
  const sampled = endpoints.flatMap(({ schema, path }) => [path, `/${schema}`, `/${schema}/`]);
  try {
    const { objects } = await context.catalogs.after(await soundMigrations(context));
    return [...new Set([...sampled, ...objects.flatMap(({ kind, name }) => pathOf(kind, name))])];
  } catch (error) {
    // An earlier step reports what is wrong with the migrations; a probe still needs the route.
    if (!(error instanceof ProblemError)) throw error;
    return sampled;
  }
}

/** @param name qualified, and for a function with its arguments */
function pathOf(kind: string, name: string): readonly string[] {
  const before = served[kind];
  const [, schema, object] = /^(erp|agent)\.("(?:[^"]|"")*"|[^(]+)/.exec(name) ?? [];
  return before === undefined || schema === undefined || object === undefined
    ? []
    : [`/${schema}/${before}${unquoted(object)}`];
}

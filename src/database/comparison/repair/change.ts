import { type CatalogObject, tableOf } from '../../catalog/catalog.ts';

/** Drop the object with all that depends on it, and create them anew. */
export const rebuild = Symbol('rebuild');

/** Statements for which PostgreSQL wants views, rules, policies, triggers and generated columns out of the way. */
interface AroundDependents {
  readonly around: readonly string[];
  /** Those of the statements that can lose rows of the table. */
  readonly losing: ReadonlySet<string>;
}

/** What turns one attribute of the live object into the wanted one. */
export type Change = (
  wanted: string | null,
  live: CatalogObject,
  expected: CatalogObject,
  aspect: string,
) => readonly string[] | AroundDependents | typeof rebuild;

/** Changes by attribute, in the order in which they have to be made. */
export type Changes = Readonly<Record<string, Change>>;

export const alterTable = (live: CatalogObject, clause: string) => [
  `alter table ${tableOf(live) ?? live.name} ${clause}`,
];
export const always =
  (change: readonly string[] | typeof rebuild): Change =>
  () =>
    change;

/** For what cannot be had without a decision about data: a comment, so that the script still runs. */
export const byHand: Change = (wanted, live, _expected, aspect) => [
  // One line, whatever is in it: the next one would run.
  `-- ${live.kind} ${live.name}: ${aspect} cannot be changed in place; by hand make it: ${wanted ?? 'none'}`.replace(
    /\s+/g,
    ' ',
  ),
];

/** The object as ALTER and COMMENT name it. */
const parts = /^(trigger|rule|policy)$/;
const constraints = /^(primary key|unique|check|exclusion|foreign key)$/;
function named(object: CatalogObject): string {
  const { kind, name, part } = object;
  if (constraints.test(kind)) return `constraint ${part} on ${tableOf(object)}`;
  return parts.test(kind) ? `${kind} ${part} on ${tableOf(object)}` : `${kind} ${name}`;
}

export const owner: Change = (wanted, live) => [`alter ${live.kind} ${live.name} owner to ${wanted}`];
export const comment: Change = (wanted, live) => [
  `comment on ${named(live)} is ${wanted === null ? 'null' : quoted(wanted)}`,
];

export const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** How ALTER says whether a trigger or a rule fires. */
export const triggerStates: Readonly<Record<string, string>> = {
  yes: 'enable',
  no: 'disable',
  replica: 'enable replica',
  always: 'enable always',
};

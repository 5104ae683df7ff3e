import { type CatalogObject, tableOf } from '../../catalog/catalog.ts';

/** Drops the object with its dependents, and creates them again. */
export const rebuild = Symbol('rebuild');

/** Statements that PostgreSQL rejects while views, rules, policies, triggers or generated columns depend on the object. */
interface AroundDependents {
  readonly around: readonly string[];
  /** The statements that can lose rows of the table. */
  readonly losing: ReadonlySet<string>;
}

/** Returns the statements that give an attribute of the live object its expected value. */
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

/** Returns a comment, so that the script still runs: the change needs a decision about data. */
export const byHand: Change = (wanted, live, _expected, aspect) => [
  // A second line of the value would run as SQL.
  `-- ${live.kind} ${live.name}: ${aspect} cannot be changed in place; change it manually to: ${wanted ?? 'none'}`.replace(
    /\s+/g,
    ' ',
  ),
];

const parts = /^(trigger|rule|policy)$/;
const constraints = /^(primary key|unique|check|exclusion|foreign key)$/;
/** Returns the object as ALTER and COMMENT name it. */
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

/** The words with which ALTER enables or disables a trigger or a rule. */
export const triggerStates: Readonly<Record<string, string>> = {
  yes: 'enable',
  no: 'disable',
  replica: 'enable replica',
  always: 'enable always',
};

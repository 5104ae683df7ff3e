import type { ObjectKind } from '../../catalog/catalog.ts';

/** Turns the SQL of an attribute into a statement that PostgreSQL's parser accepts. */
type Statement = (text: string) => string;

const itself: Statement = (text) => text;
const constraint: Statement = (text) => `alter table t add constraint c ${text}`;
const expression: Statement = (text) => `select ${text}`;
const definition = { definition: itself };
const parsedConstraint = { definition: constraint };

/** Attributes that are SQL, by kind. The text of any other attribute is compared literally. */
const statements: Readonly<Partial<Record<ObjectKind, Readonly<Record<string, Statement>>>>> = {
  domain: { default: expression, check: (text) => `create domain d as text constraint c ${text}` },
  // A body that is a string is compared literally; an SQL body begins with BEGIN ATOMIC or RETURN.
  function: {
    signature: (text) => `create function f${text} language sql as ''`,
    definition: (text) => `create function f() returns int ${text}`,
  },
  procedure: {
    signature: (text) => `create procedure f${text} language sql as ''`,
    definition: (text) => `create procedure f() ${text}`,
  },
  table: {
    partitioned: (text) => `create table t () partition by ${text}`,
    'partition of': (text) => `create table t partition of ${text}`,
    column: expression,
  },
  column: {
    default: expression,
    generated: (text) => `create table t (c int generated always as ${text})`,
  },
  'primary key': parsedConstraint,
  unique: parsedConstraint,
  check: parsedConstraint,
  exclusion: parsedConstraint,
  'foreign key': parsedConstraint,
  index: definition,
  view: { definition: itself, column: expression },
  'materialized view': definition,
  trigger: definition,
  rule: definition,
  policy: { definition: (text) => `create policy p on t ${text}` },
  statistics: definition,
  publication: {
    table: (text) => `create publication p for table t${text}`,
  },
};

/** Returns the statement to parse for an attribute; undefined if the attribute is not SQL. */
export function statementOf(kind: ObjectKind, aspect: string, text: string): string | undefined {
  const known = Object.entries(statements[kind] ?? {});
  const statement =
    known.find(([name]) => name === aspect) ?? known.find(([name]) => aspect.startsWith(`${name} `));
  return statement?.[1](text);
}

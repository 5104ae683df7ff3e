import type { Node } from 'libpg-query';
import * as z from 'zod';
import { eachWith, stringsIn } from '../hazards/names.ts';
import type { SqlStatement } from '../sql/parse-sql.ts';
import { whyBodyBarred, withEffectOutside } from './routine-bodies.ts';

/** A statement that acts on more than its own database. */
export interface OutsideEffect {
  /** From 1. */
  readonly line: number;
  /** The statement in one line, shortened. */
  readonly statement: string;
  /** What it acts on. */
  readonly why: string;
}

/** The most characters of a statement that are shown. */
const mostShown = 60;

/**
 * Returns the first statement of a migration that acts, or may act, on the whole server or on something outside of it;
 * undefined if there is none. A file with such a statement must not run in a scratch database, because dropping the
 * database does not undo it.
 */
export function outsideEffectIn(statements: readonly SqlStatement[]): OutsideEffect | undefined {
  for (const statement of statements) {
    const why = whyOutside(statement);
    if (why !== undefined) return { line: statement.line, statement: shown(statement.text), why };
  }
  return undefined;
}

function shown(statement: string): string {
  const line = statement.replaceAll(/\s+/g, ' ');
  return line.length <= mostShown ? line : `${line.slice(0, mostShown)}…`;
}

/** Nodes that always act on the server, or outside of it. */
const always: Readonly<Record<string, string>> = {
  CreateRoleStmt: 'roles belong to the whole server',
  AlterRoleStmt: 'roles belong to the whole server',
  AlterRoleSetStmt: 'roles belong to the whole server',
  DropRoleStmt: 'roles belong to the whole server',
  GrantRoleStmt: 'roles belong to the whole server',
  ReassignOwnedStmt: 'it changes objects that belong to the whole server',
  DropOwnedStmt: 'it changes objects that belong to the whole server',
  AlterDatabaseStmt: 'it changes a database of the server by name',
  AlterDatabaseSetStmt: 'it changes a database of the server by name',
  AlterDatabaseRefreshCollStmt: 'it changes a database of the server by name',
  AlterTableSpaceOptionsStmt: 'tablespaces belong to the whole server',
  CreateSubscriptionStmt: 'a subscription connects to another server',
  AlterSubscriptionStmt: 'a subscription connects to another server',
  DropSubscriptionStmt: 'a subscription connects to another server',
  CreateForeignTableStmt: 'a foreign table reads and writes another server',
  ImportForeignSchemaStmt: 'it connects to another server',
};

/** Kinds of objects that belong to the whole server, as the parser names them. */
const shared = /"OBJECT_(?:ROLE|DATABASE|TABLESPACE|PARAMETER_ACL|SUBSCRIPTION)"/;

/** Extensions that only run in one database of a server, or act outside of it. */
const actingExtensions: ReadonlySet<string> = new Set(['dblink', 'http', 'pg_cron', 'pg_net']);

function whyOutside({ kind, node }: SqlStatement): string | undefined {
  if (Object.hasOwn(always, kind)) return always[kind];
  if (shared.test(JSON.stringify(node))) return 'it changes an object of the whole server';
  if ('CopyStmt' in node) return whyCopies(node.CopyStmt);
  if ('CreateExtensionStmt' in node && actingExtensions.has(node.CreateExtensionStmt.extname ?? ''))
    return 'the extension acts outside of its database';
  if ('DoStmt' in node) return whyBodyBarred(optionsOf(node.DoStmt.args), true);
  if ('CreateFunctionStmt' in node) return whyBodyBarred(optionsOf(node.CreateFunctionStmt.options), false);
  return whyCalls(node);
}

function whyCopies({
  is_program,
  filename,
}: {
  is_program?: boolean;
  filename?: string;
}): string | undefined {
  if (is_program === true) return 'it runs a program on the server';
  return filename === undefined ? undefined : 'it reads or writes a file of the server';
}

function whyCalls(node: Node): string | undefined {
  let called: string | undefined;
  eachWith([node], 'funcname', (parts) => {
    const name = stringsIn(namesSchema.parse(parts)).join('.');
    if (withEffectOutside.test(name)) called = name;
  });
  return called === undefined ? undefined : `${called}() acts outside of its database`;
}

const namesSchema = z.array(z.custom<Node>((value) => typeof value === 'object' && value !== null));

/** Returns the body and the language of a DO block or a routine. */
function optionsOf(options: readonly Node[] | undefined): {
  readonly body: string;
  readonly language: string;
} {
  const value = (name: string) => {
    const found = options?.find((one) => 'DefElem' in one && one.DefElem.defname === name);
    const arg = found !== undefined && 'DefElem' in found ? found.DefElem.arg : undefined;
    if (arg === undefined) return undefined;
    return ('List' in arg ? stringsIn(arg.List.items) : stringsIn([arg])).join(' ');
  };
  return { body: value('as') ?? '', language: (value('language') ?? 'plpgsql').toLowerCase() };
}

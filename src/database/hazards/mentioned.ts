import type { Node } from 'libpg-query';
import * as z from 'zod';
import { eachWith, partsOf, stringsIn } from './names.ts';

/** The names in a file that are looked up on the server. Schemas are left out, and are compared later. */
export interface Mentioned {
  readonly relations: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** Schemas that are dropped or renamed. */
  readonly schemas: ReadonlySet<string>;
}

const nodesSchema = z.array(z.custom<Node>((value) => typeof value === 'object' && value !== null));

/** Returns what the statements mention. The parser is the only source: names inside of strings are left out. */
export function mentionedIn(statements: readonly Node[]): Mentioned {
  const relations = new Set<string>();
  const types = new Set<string>();
  const functions = new Set<string>();
  const schemas = new Set<string>();
  // `indexname` is an index that becomes a constraint.
  for (const key of ['relname', 'indexname'])
    eachWith(statements, key, (name) => relations.add(z.string().parse(name)));
  const addLast = (to: Set<string>) => (parts: unknown) => {
    const name = stringsIn(nodesSchema.parse(parts)).at(-1);
    if (name !== undefined) to.add(name);
  };
  // `names` is the key of a type's name, `typeName` that of ALTER TYPE and ALTER DOMAIN.
  eachWith(statements, 'names', addLast(types));
  eachWith(statements, 'funcname', addLast(functions));
  for (const node of statements) {
    const parts = 'AlterDomainStmt' in node ? node.AlterDomainStmt.typeName : undefined;
    if (parts !== undefined) addLast(types)(parts);
    if ('AlterTableStmt' in node && node.AlterTableStmt.objtype === 'OBJECT_TYPE')
      types.add(node.AlterTableStmt.relation?.relname ?? '');
    if ('AlterEnumStmt' in node) addLast(types)(node.AlterEnumStmt.typeName ?? []);
    if ('RenameStmt' in node && node.RenameStmt.subname !== undefined) schemas.add(node.RenameStmt.subname);
    if ('RenameStmt' in node) addObject(node.RenameStmt.object, relations);
    if (!('DropStmt' in node)) continue;
    for (const object of node.DropStmt.objects ?? []) {
      if (node.DropStmt.removeType === 'OBJECT_SCHEMA') addObject(object, schemas);
      else if (/TYPE|DOMAIN/.test(node.DropStmt.removeType ?? '')) addObject(object, types);
      // A trigger, rule or policy is named after its table.
      else for (const part of partsOf(object)) relations.add(part);
    }
  }
  return { relations, types, functions, schemas };
}

function addObject(object: Node | undefined, to: Set<string>): void {
  const name = partsOf(object).at(-1);
  if (name !== undefined) to.add(name);
}

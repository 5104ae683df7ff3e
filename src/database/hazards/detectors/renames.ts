import type { Node } from 'libpg-query';
import { type Finding, found } from '../finding.ts';
import { nameOf } from '../names.ts';
import type { Scope } from '../scope.ts';

/** Returns what RENAME and SET SCHEMA do to objects that programs name. */
export function renames(node: Node, scope: Scope): readonly Finding[] {
  if ('AlterObjectSchemaStmt' in node) {
    const { relation } = node.AlterObjectSchemaStmt;
    return found('set-schema', relation && scope.relation(nameOf(relation)));
  }
  if ('AlterEnumStmt' in node && node.AlterEnumStmt.oldVal !== undefined) {
    const name = (node.AlterEnumStmt.typeName ?? []).flatMap((one) =>
      'String' in one ? [one.String.sval ?? ''] : [],
    );
    return [{ rule: 'rename-enum-value', on: [], object: `type ${name.join('.')}` }];
  }
  if (!('RenameStmt' in node)) return [];
  const { renameType, relation, subname = '' } = node.RenameStmt;
  const live = relation && scope.relation(nameOf(relation));
  switch (renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      // ALTER TABLE … RENAME is accepted for an index, which no program names.
      return live?.kind === 'i' ? [] : found('rename-table', live);
    case 'OBJECT_COLUMN':
      return found('rename-column', live);
    case 'OBJECT_TABCONSTRAINT':
      return found('brief-lock', live);
    case 'OBJECT_SCHEMA':
      return scope.live.relations.some(({ schema }) => schema === subname)
        ? [{ rule: 'rename-table', on: [], object: `schema ${subname}` }]
        : [];
    default:
      return [];
  }
}

import type { Node } from 'libpg-query';
import { type Finding, found, type Locked, locked } from '../finding.ts';
import type { LiveRelation } from '../live.ts';
import { nameIn, nameOf, partsOf } from '../names.ts';
import type { Scope } from '../scope.ts';

/** Returns what DROP and TRUNCATE remove. */
export function drops(node: Node, scope: Scope): readonly Finding[] {
  if ('TruncateStmt' in node) {
    const tables = (node.TruncateStmt.relations ?? []).flatMap((one) =>
      'RangeVar' in one ? [locked(scope.relation(nameOf(one.RangeVar)))] : [],
    );
    const on = tables.filter((one) => one !== undefined);
    return on.length === 0 ? [] : [{ rule: 'truncate', on }];
  }
  if ('DropOwnedStmt' in node) {
    const roles = (node.DropOwnedStmt.roles ?? []).map((one) =>
      'RoleSpec' in one ? (one.RoleSpec.rolename ?? 'CURRENT_USER') : '',
    );
    return [{ rule: 'drop-owned', on: [], object: `role ${roles.join(', ')}` }];
  }
  if (!('DropStmt' in node)) return [];
  const { removeType = '', objects = [], behavior } = node.DropStmt;
  return objects.flatMap((one) => dropOf(removeType, partsOf(one), behavior === 'DROP_CASCADE', scope));
}

function dropOf(type: string, parts: readonly string[], cascades: boolean, scope: Scope): readonly Finding[] {
  const shown = parts.join('.');
  const relation = scope.relation(nameIn(parts));
  switch (type) {
    case 'OBJECT_TABLE':
      return found('drop-table', relation);
    case 'OBJECT_SEQUENCE':
      return found('drop-sequence', relation);
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      return found('drop-view', relation);
    case 'OBJECT_INDEX': {
      const table = scope.byOid(relation?.table ?? null);
      return found('drop-index', table, 'ACCESS EXCLUSIVE', [locked(relation)]);
    }
    case 'OBJECT_SCHEMA':
      return cascades ? losing('drop-schema', `schema ${shown}`, tablesIn(shown, scope)) : [];
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return cascades ? losing('drop-type', `type ${shown}`, withType(parts.at(-1) ?? '', scope)) : [];
    case 'OBJECT_EXTENSION':
      return cascades ? [{ rule: 'drop-type', on: [], object: `extension ${shown}` }] : [];
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      return cascades ? [{ rule: 'drop-cascade', on: [], object: `function ${shown}` }] : [];
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE':
      return found('brief-lock', scope.relation(nameIn(parts.slice(0, -1))));
    case 'OBJECT_POLICY':
      return found('create-policy', scope.relation(nameIn(parts.slice(0, -1))));
    default:
      return [];
  }
}

/** Rows are lost only if a table has some. */
function losing(
  rule: 'drop-schema' | 'drop-type',
  object: string,
  tables: readonly LiveRelation[],
): readonly Finding[] {
  const on = tables.flatMap((relation): Locked[] =>
    relation.empty ? [] : [{ relation, lock: 'ACCESS EXCLUSIVE' }],
  );
  return on.length === 0 ? [] : [{ rule, on, object }];
}

function tablesIn(schema: string, scope: Scope): readonly LiveRelation[] {
  return scope.live.relations.filter((one) => one.schema === schema && /[rpm]/.test(one.kind));
}

/** Returns the tables with a column of a type. */
export function withType(name: string, scope: Scope): readonly LiveRelation[] {
  return scope.live.relations.filter(
    ({ types, kind }) => /[rpm]/.test(kind) && types.some((type) => type.endsWith(`.${name}`)),
  );
}

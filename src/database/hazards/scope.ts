import type { Node } from 'libpg-query';
import type { LockMode } from '../../domain/lock-mode.ts';
import type { LiveCatalog, LiveRelation, LiveType } from './live.ts';
import { type Name, nameOf, partsOf } from './names.ts';

/** A constraint that was added NOT VALID. */
interface NotValid {
  /** The column that the constraint, after its validation, proves to be not null; null for any other constraint. */
  readonly column: string | null;
  /** The lock that ADD CONSTRAINT took. */
  readonly lock: LockMode;
}

/**
 * What a name means at a statement of the pending files: a relation of the server, or something that the files create,
 * which no other session uses yet. Follows the search path, and what earlier statements create, rename and prove.
 */
export class Scope {
  readonly live: LiveCatalog;
  #path: readonly string[];
  /** By `schema.name`: undefined for what the files create or drop. */
  readonly #changed = new Map<string, LiveRelation | undefined>();
  /** `oid.column` of columns that contain no null, by a validated CHECK; the value is the file's statement. */
  readonly #notNull = new Set<string>();
  /** By `oid.constraint`: constraints added NOT VALID. */
  readonly #notValid = new Map<string, NotValid>();
  /** `oid.column` and `oid.constraint` that the present file adds. */
  #added = new Set<string>();

  constructor(live: LiveCatalog) {
    this.live = live;
    this.#path = live.path;
  }

  /** Each file starts with the session's own settings. */
  beginFile(): void {
    this.#path = this.live.path;
    this.#added = new Set();
  }

  relation(name: Name): LiveRelation | undefined {
    for (const schema of name.schema === undefined ? this.#path : [name.schema]) {
      const key = `${schema}.${name.name}`;
      if (this.#changed.has(key)) return this.#changed.get(key);
      const known = this.live.relations.find((one) => one.schema === schema && one.name === name.name);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  byOid(oid: number | null): LiveRelation | undefined {
    return this.live.relations.find((one) => one.oid === oid);
  }

  /** Returns a type by its name. Types that the files create are unknown. */
  type(name: Name): LiveType | undefined {
    const known = this.live.types.filter((one) => one.name === name.name);
    const path = name.schema === undefined ? ['pg_catalog', ...this.#path] : [name.schema];
    return path.flatMap((schema) => known.filter((one) => one.schema === schema))[0];
  }

  added(relation: LiveRelation, what: string): boolean {
    return this.#added.has(`${relation.oid}.${what}`);
  }

  add(relation: LiveRelation, what: string): void {
    this.#added.add(`${relation.oid}.${what}`);
  }

  addNotValid(relation: LiveRelation, constraint: string, notValid: NotValid): void {
    this.#notValid.set(`${relation.oid}.${constraint}`, notValid);
    this.add(relation, constraint);
  }

  /** Returns the lock under which VALIDATE runs because the same file added the constraint; undefined if it did not. */
  validate(relation: LiveRelation, constraint: string): LockMode | undefined {
    const known = this.#notValid.get(`${relation.oid}.${constraint}`);
    if (known?.column != null) this.proveNotNull(relation, known.column);
    return this.added(relation, constraint) ? known?.lock : undefined;
  }

  proveNotNull(relation: LiveRelation, column: string): void {
    this.#notNull.add(`${relation.oid}.${column}`);
  }

  /** Returns whether PostgreSQL can skip the scan of SET NOT NULL, because a validated CHECK says the same. */
  provedNotNull(relation: LiveRelation, column: string): boolean {
    const quoted = /^[a-z_][a-z\d_$]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`;
    return (
      this.#notNull.has(`${relation.oid}.${column}`) ||
      relation.checks.some((check) => check === `CHECK ((${quoted} IS NOT NULL))`)
    );
  }

  /** Takes over what a statement changes about names. */
  follow(node: Node): void {
    if ('VariableSetStmt' in node && node.VariableSetStmt.name === 'search_path') {
      this.#path = (node.VariableSetStmt.args ?? []).flatMap((one) =>
        'A_Const' in one && one.A_Const.sval?.sval !== undefined ? [one.A_Const.sval.sval] : [],
      );
    }
    if ('CreateStmt' in node && node.CreateStmt.relation !== undefined)
      this.#create(nameOf(node.CreateStmt.relation), node.CreateStmt.if_not_exists === true);
    if ('CreateTableAsStmt' in node && node.CreateTableAsStmt.into?.rel !== undefined)
      this.#create(nameOf(node.CreateTableAsStmt.into.rel), node.CreateTableAsStmt.if_not_exists === true);
    if ('ViewStmt' in node && node.ViewStmt.view !== undefined)
      this.#create(nameOf(node.ViewStmt.view), true);
    if ('RenameStmt' in node) this.#rename(node.RenameStmt);
    if ('AlterObjectSchemaStmt' in node && node.AlterObjectSchemaStmt.relation !== undefined) {
      const { relation, newschema } = node.AlterObjectSchemaStmt;
      this.#move(nameOf(relation), { schema: newschema ?? '', name: relation.relname ?? '' });
    }
    if ('DropStmt' in node && /TABLE|VIEW|SEQUENCE|INDEX/.test(node.DropStmt.removeType ?? '')) {
      for (const object of node.DropStmt.objects ?? []) this.#drop(partsOf(object));
    }
  }

  #create({ schema = this.#path[0] ?? 'public', name }: Name, ifNotExists: boolean): void {
    if (ifNotExists && this.relation({ schema, name }) !== undefined) return;
    this.#changed.set(`${schema}.${name}`, undefined);
  }

  #drop(parts: readonly string[]): void {
    const [name = '', schema] = parts.toReversed();
    const dropped = this.relation(schema === undefined ? { name } : { schema, name });
    if (dropped !== undefined) this.#changed.set(`${dropped.schema}.${dropped.name}`, undefined);
  }

  #rename({
    renameType,
    relation,
    newname = '',
  }: Extract<Node, { RenameStmt: unknown }>['RenameStmt']): void {
    if (relation === undefined || !/^OBJECT_(TABLE|VIEW|MATVIEW|SEQUENCE|INDEX)$/.test(renameType ?? ''))
      return;
    const from = nameOf(relation);
    const moved = this.relation(from);
    this.#move(from, { schema: from.schema ?? moved?.schema ?? this.#path[0] ?? 'public', name: newname });
  }

  /** The relation stays the same under its new name, and the old name can be used for another one. */
  #move(from: Name, to: { readonly schema: string; readonly name: string }): void {
    const moved = this.relation(from);
    const schema = from.schema ?? moved?.schema ?? this.#path[0] ?? 'public';
    this.#changed.set(`${schema}.${from.name}`, undefined);
    this.#changed.set(`${to.schema}.${to.name}`, moved);
  }
}

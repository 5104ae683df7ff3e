import type { Node, TypeName } from 'libpg-query';
import { nameIn, stringsIn } from '../names.ts';
import type { Scope } from '../scope.ts';

/** A type with its modifiers, such as `numeric` with 10 and 2. */
interface ShownType {
  readonly base: string;
  readonly modifiers: readonly number[];
}

/** Reads what `format_type` prints, such as `timestamp(3) with time zone` or `character varying(50)`. */
function shownType(text: string): ShownType {
  const [, before = text, inner = '', after = ''] = /^(.*?)\(([\d,]+)\)(.*)$/.exec(text) ?? [];
  return { base: `${before}${after}`, modifiers: inner === '' ? [] : inner.split(',').map(Number) };
}

/** Returns the type that a file writes; null if the server does not know it (yet). */
export function typeIn(typeName: TypeName, scope: Scope): (ShownType & { kind: string }) | null {
  const known = scope.type(nameIn(stringsIn(typeName.names)));
  if (known === undefined || typeName.arrayBounds !== undefined) return null;
  const modifiers = (typeName.typmods ?? []).flatMap((one) =>
    'A_Const' in one && one.A_Const.ival !== undefined ? [one.A_Const.ival.ival ?? 0] : [],
  );
  return { base: known.shown, modifiers, kind: known.kind };
}

const texts = ['text', 'character varying'];
const stamps = ['timestamp with time zone', 'timestamp without time zone'];
/** Each type can store every value of the types before it. */
const chains = [
  ['smallint', 'integer', 'bigint', 'numeric'],
  ['real', 'double precision'],
  ['date', 'timestamp without time zone'],
  ['date', 'timestamp with time zone'],
  ['cidr', 'inet'],
  ['json', 'jsonb'],
];

export interface TypeChange {
  /** Whether every value is stored anew. */
  readonly rewrites: boolean;
  /** Whether there can be values that the new type does not hold. */
  readonly loses: boolean;
}

/**
 * Returns what ALTER COLUMN … TYPE does to stored values. PostgreSQL rewrites a table unless the cast is
 * binary-coercible and the modifiers do not get stricter. Source: ATColumnChangeRequiresRewrite in
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/commands/tablecmds.c
 * @param from as `format_type` prints the present type
 * @param to null if it is unknown
 * @param using the expression of USING
 */
export function typeChange(
  from: string,
  to: (ShownType & { kind: string }) | null,
  using: Node | undefined,
  scope: Scope,
): TypeChange {
  const old = shownType(from);
  if (to === null) return { rewrites: true, loses: !isPlainCast(using) };
  const wider = holdsModifiers(old, to);
  const stampsInUtc = scope.live.utc && stamps.includes(old.base) && stamps.includes(to.base);
  const sameStorage = old.base === to.base || stampsInUtc || scope.live.binary.has(`${old.base}>${to.base}`);
  return {
    rewrites: !(sameStorage && wider && (using === undefined || isPlainCast(using))),
    loses: !isPlainCast(using) || !(wider && holdsValues(old.base, to)),
  };
}

function holdsValues(
  from: string,
  { base, kind }: { readonly base: string; readonly kind: string },
): boolean {
  if (from === base || texts.includes(base)) return true;
  // The statement fails if a text is not a label.
  if (kind === 'e') return true;
  if (stamps.includes(from) && stamps.includes(base)) return true;
  return chains.some((chain) => chain.includes(from) && chain.indexOf(from) < chain.indexOf(base));
}

/** Returns whether the modifiers of the new type allow every value that those of the old one allow. */
function holdsModifiers(from: ShownType, to: ShownType): boolean {
  if (to.modifiers.length === 0) return to.base !== 'character' || from.base === to.base;
  const [size = 0, scale = 0] = to.modifiers;
  const [oldSize, oldScale = 0] = from.modifiers;
  if (oldSize === undefined) return digitsOf(from.base) + scale <= size && to.base === 'numeric';
  return oldScale <= scale && oldSize - oldScale <= size - scale;
}

/** Decimal digits of an integer type; more than any modifier for other types. */
function digitsOf(base: string): number {
  const digits: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };
  return digits[base] ?? Number.POSITIVE_INFINITY;
}

/** Returns whether an expression is a column, or casts of one; also if there is none. */
function isPlainCast(using: Node | undefined): boolean {
  if (using === undefined || 'ColumnRef' in using) return true;
  return 'TypeCast' in using && isPlainCast(using.TypeCast.arg);
}

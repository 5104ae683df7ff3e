import fc from 'fast-check';
import { Build, type Damage, Dice, type Piece } from './grammar/build.ts';
import { constraint, index, others, policy, privileges, sequence, type } from './grammar/others.ts';
import { procedure, program, rule, trigger, view } from './grammar/programs.ts';
import { foreignKey, inheritance, partitions, table } from './grammar/tables.ts';
import type { DamagedSchema } from './laws.ts';

const pieces: readonly Piece[] = [
  table,
  type,
  table,
  view,
  index,
  partitions,
  foreignKey,
  constraint,
  program,
  trigger,
  inheritance,
  policy,
  privileges,
  sequence,
  rule,
  procedure,
  others,
];

/** Creates the roles that the schemas grant privileges to. */
export const roles = 'create role random_reader; create role random_writer';

/** Returns the schema that numbers describe, of features that every major version from `major` on has. */
function schemaFrom(numbers: readonly (readonly number[])[], chosen: number, major: number): DamagedSchema {
  const build = new Build(major);
  build.add('create schema alpha', 'create schema "Beta b"');
  for (const [kind = 0, ...dice] of numbers) {
    build.dice = new Dice(dice);
    pieces[kind % pieces.length]?.(build);
  }
  build.dice = new Dice([0]);
  // Each schema needs an object, because an empty schema is not compared.
  build.add('create table alpha.anchor (id int)', 'create table "Beta b".anchor (id int)');
  const none = { sql: 'drop table alpha.anchor', names: 'alpha.anchor' };
  const damages = build.damages.filter((damage) => hasEffect(damage, build.last));
  const damage = damages[chosen % Math.max(1, damages.length)] ?? none;
  return {
    sql: [...build.statements, ...build.inserts, 'set constraints all immediate', ...build.last].join(';\n'),
    damage,
  };
}

/** The owner of a table has every privilege on its columns, so a revoked grant to the owner has no effect. */
function hasEffect({ sql, names }: Damage, last: readonly string[]): boolean {
  const isOwner = last.includes(`alter table ${names} owner to random_writer`);
  return !(isOwner && sql.startsWith('revoke update (') && sql.endsWith(' from random_writer'));
}

/** Draws schemas of one to eight parts. */
export const randomSchema = (major: number): fc.Arbitrary<DamagedSchema> =>
  fc
    .tuple(
      fc.array(fc.array(fc.nat({ max: 9_999 }), { minLength: 14, maxLength: 14 }), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.nat({ max: 9_999 }),
    )
    .map(([numbers, chosen]) => schemaFrom(numbers, chosen, major));

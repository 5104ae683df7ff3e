import type { Catalog } from '../../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import { compareCatalogs } from '../../../src/database/comparison/compare.ts';
import type { Difference } from '../../../src/database/comparison/difference.ts';
import { losesRows, repairScript } from '../../../src/database/comparison/repair-script.ts';
import { checkDeferred, resetSession, storeSessionUser } from '../../../src/database/ledger/transaction.ts';
import { differenceText } from '../../../src/database/validation/text.ts';
import { DatabaseError, type Session } from '../../../src/domain/session.ts';
import type { Damage } from './grammar/build.ts';

/** A migration, and a damage to what it creates. */
export interface DamagedSchema {
  readonly sql: string;
  readonly damage: Damage;
}

/** Thrown if a schema breaks a law; the message names the law and the deviation. */
class BrokenLaw extends Error {
  override readonly name = 'BrokenLaw';
}

/** Applies a schema in the open transaction, as a rollout applies a file. */
async function apply(session: Session, sql: string): Promise<void> {
  await session.script(`${storeSessionUser} ${sql}; ${resetSession} ${checkDeferred}`);
}

/** Returns the expected catalog of a schema; the engine is unchanged afterwards. */
export async function expectedOf(engine: Session, { sql }: Pick<DamagedSchema, 'sql'>): Promise<Catalog> {
  return rolledBack(engine, async () => {
    await apply(engine, sql);
    return readCatalog(engine);
  });
}

/**
 * Checks three laws in a transaction that is rolled back: the schema has no difference; the damage is reported by name;
 * the repair loses no row, and leaves at most the differences that it mentions in comments.
 * @throws BrokenLaw
 */
export async function checkLaws(expected: Catalog, live: Session, schema: DamagedSchema): Promise<void> {
  await rolledBack(live, async () => {
    await apply(live, schema.sql);
    await expectNothing('no difference', expected, live);
    if (!(await damaged(live, schema))) return;
    const found = await differences(expected, live);
    expectNamed(found, expected, schema);
    const wrong = found.filter(({ severity }) => severity === 'difference');
    await live.script('savepoint damaged');
    await expectRepaired(expected, live, wrong, true);
    await live.script('rollback to damaged');
    await expectRepaired(expected, live, wrong, false);
  });
}

/** Returns false if PostgreSQL refuses the damage: another object depends on what it changes. */
async function damaged(live: Session, { damage }: DamagedSchema): Promise<boolean> {
  try {
    await live.script(`${damage.sql}; set constraints all immediate`);
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return false;
  }
}

/** Checks that a database has no difference, for example after it was restored. */
export async function expectNothing(law: string, expected: Catalog, live: Session): Promise<void> {
  const found = (await differences(expected, live)).filter(
    ({ aspect, kind }) => aspect !== 'column order' && kind !== 'role',
  );
  if (found.length > 0) throw new BrokenLaw(`${law}:\n${found.map(differenceText).join('\n')}`);
}

const differences = async (expected: Catalog, live: Session) =>
  compareCatalogs(expected, await readCatalog(live));

function expectNamed(found: readonly Difference[], expected: Catalog, { damage }: DamagedSchema): void {
  const texts = [
    ...found.map((one) => `${differenceText(one)} ${one.covers.join(' ')}`),
    ...(expected.notCompared ?? []),
  ];
  if (texts.some((text) => text.includes(damage.names))) return;
  throw new BrokenLaw(`the damage is named ${damage.names}: found\n${texts.join('\n')}`);
}

async function expectRepaired(
  expected: Catalog,
  live: Session,
  wrong: readonly Difference[],
  includeDestructive: boolean,
): Promise<void> {
  const law = includeDestructive ? 'the whole repair leaves nothing' : 'the repair leaves only its comments';
  const before = await valuesIn(live);
  const script = repairScript(wrong, { includeDestructive });
  const text = script.join(';\n');
  try {
    await live.script(`${text};\n`);
  } catch (error) {
    throw new BrokenLaw(`${law}: ${String(error)}\n${text}`, { cause: error });
  }
  const left = (await differences(expected, live)).filter(({ severity }) => severity === 'difference');
  const byHand = wrong.filter((one) => one.repair.some(({ sql }) => sql.startsWith('--')));
  const named = new Set(byHand.map(({ kind, name }) => `${kind} ${name}`));
  const isByHand = ({ kind, name, table }: Difference) =>
    named.has(`${kind} ${name}`) || byHand.some((one) => one.table !== null && one.table === table);
  const withheld = includeDestructive ? [] : wrong.filter(losesRows);
  const textsOf = (list: readonly Difference[]) =>
    list
      .filter((one) => !isByHand(one))
      .map(differenceText)
      .toSorted()
      .join('\n');
  if (textsOf(left) !== textsOf(withheld)) {
    throw new BrokenLaw(`${law}:\n${textsOf(left)}\nallowed:\n${textsOf(withheld)}\n${text}`);
  }
  const after = await valuesIn(live);
  if (!includeDestructive && after < before)
    throw new BrokenLaw(`no row is lost: ${before} values, then ${after}\n${text}`);
}

/** Counts the values in all tables: a lost row or an emptied column lowers the count. */
async function valuesIn(session: Session): Promise<number> {
  const [answer] = await session.query(`
    select sum((xpath('//c/text()', query_to_xml(format(
      'select coalesce(sum((select count(*) from jsonb_each(to_jsonb(t)) v where v.value <> ''null'')), 0) + count(*) as c from only %s t',
      c.oid::regclass), false, true, '')))[1]::text::numeric)::int as values
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema$)'`);
  return Number(answer?.values ?? 0);
}

async function rolledBack<Answer>(session: Session, use: () => Promise<Answer>): Promise<Answer> {
  await session.script('begin');
  try {
    return await use();
  } finally {
    await session.script('rollback; reset all');
  }
}

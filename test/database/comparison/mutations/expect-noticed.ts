import { expect } from 'vitest';
import type { Catalog } from '../../../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../../../src/database/catalog/read-catalog.ts';
import { compareCatalogs } from '../../../../src/database/comparison/compare.ts';
import type { Difference } from '../../../../src/database/comparison/difference.ts';
import { repairScript } from '../../../../src/database/comparison/repair-script.ts';
import type { Session } from '../../../../src/domain/session.ts';
import type { Mutation } from './mutation.ts';

/** Batches per transaction: the comparison after a batch also verifies the repair of the previous one. */
const chain = 10;

/**
 * Makes each batch of changes, and expects the comparison to report every change and nothing else. Then repairs it, and
 * expects the next comparison to find no rest of it.
 */
export async function expectNoticedAndRepaired(
  session: Session,
  expected: Catalog,
  batches: readonly Mutation[][],
) {
  for (let start = 0; start < batches.length; start += chain) {
    await session.script('begin');
    for (const batch of batches.slice(start, start + chain)) {
      const differences = await mutated(session, expected, batch);
      await inSavepoint(
        session,
        repairScript(differences, { includeDestructive: true }).join(';\n'),
        titles(batch),
      );
    }
    const left = await differencesIn(session, expected);
    expect(left.map(lineOf), 'left after the last repair').toEqual([]);
    await session.script('rollback');
  }
}

/** Like `expectNoticed` but without the repair, for servers on which only the detection is tested. */
export async function expectNoticed(session: Session, expected: Catalog, batches: readonly Mutation[][]) {
  for (const batch of batches) {
    await session.script('begin');
    await mutated(session, expected, batch);
    await session.script('rollback');
  }
}

async function mutated(
  session: Session,
  expected: Catalog,
  batch: readonly Mutation[],
): Promise<Difference[]> {
  await inSavepoint(session, batch.map(({ sql }) => sql).join(';\n'), titles(batch));
  const differences = await differencesIn(session, expected);
  const named = new Set(differences.flatMap(({ name, covers }) => [name, ...covers]));
  const unnoticed = batch.filter(({ target }) => !named.has(target)).map(({ title }) => title);
  const unrelated = differences
    .filter(({ name }) => !batch.some(({ related }) => related.has(name)))
    .map(lineOf);
  expect({ unnoticed, unrelated }, titles(batch)).toEqual({ unnoticed: [], unrelated: [] });
  return differences;
}

/** Removes the note about a column that became the last one because it was created again. */
async function differencesIn(session: Session, expected: Catalog): Promise<Difference[]> {
  const all = await compareCatalogs(expected, await readCatalog(session));
  return all.filter(({ aspect }) => aspect !== 'column order');
}

/** Adds to an error the statement that the server refused, and the change that it belongs to. */
async function inSavepoint(session: Session, sql: string, about: string) {
  await session.script(sql).catch((error: unknown) => {
    throw new Error(`${about}\n${sql}`, { cause: error });
  });
}

const titles = (batch: readonly Mutation[]) => batch.map(({ title }) => title).join('\n');
const lineOf = ({ kind, name, aspect, expected: wanted, actual: found }: Difference) =>
  `${kind} ${name}: ${aspect}: ${wanted} / ${found}`;

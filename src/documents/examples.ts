import type { Catalog } from '../database/catalog/catalog.ts';
import type { Assets } from '../workspace/context.ts';

/** A Python program that comes with erp-deploy; its tests run each against a real PostgreSQL. */
export interface Example {
  /** In `assets/examples/`. */
  readonly file: string;
  readonly title: string;
}

export const examples: readonly Example[] = [
  { file: 'erp_database.py', title: 'A pool of connections' },
  { file: 'connect.py', title: 'Connecting' },
  { file: 'insert_task.py', title: 'Inserting into erp.tasks' },
  { file: 'query_plans.py', title: 'Querying agent.plans with a join' },
  { file: 'create_session.py', title: 'A session that references the other schema' },
  { file: 'transaction.py', title: 'One transaction across both schemas' },
];

export interface ReadExample extends Example {
  readonly text: string;
  /** Tables and columns that it uses and the live database does not have. */
  readonly lacking: readonly string[];
}

/** Reads the examples and compares the tables and columns that each uses (listed in its docstring) with the live catalog. */
export async function readExamples(assets: Assets, catalog: Catalog): Promise<readonly ReadExample[]> {
  const columns = new Set(catalog.objects.flatMap(({ kind, name }) => (kind === 'column' ? [name] : [])));
  return Promise.all(
    examples.map(async (example) => {
      const text = await assets.read(`examples/${example.file}`);
      return { ...example, text, lacking: usedBy(text).filter((name) => !columns.has(name)) };
    }),
  );
}

/** Returns `erp.tasks.id` and so on from an example whose docstring contains `Uses erp.tasks (id, …)`. */
export function usedBy(text: string): readonly string[] {
  const head = /^"""[\s\S]*?"""/.exec(text)?.[0] ?? '';
  return [...head.matchAll(/((?:erp|agent)\.\w+) \(([^)]*)\)/g)].flatMap(([, table = '', names = '']) =>
    names.split(',').map((name) => `${table}.${name.trim()}`),
  );
}

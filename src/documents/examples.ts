import type { Catalog } from '../database/catalog/catalog.ts';
import type { Assets } from '../workspace/context.ts';

/** A Python program that comes with erp-deploy; its tests run each against a real PostgreSQL. */
export interface Example {
  /** Below `assets/examples/`. */
  readonly file: string;
  readonly title: string;
}

export const examples: readonly Example[] = [
  { file: 'erp_database.py', title: 'A pool of connections' },
  { file: 'connect.py', title: 'Connecting' },
  { file: 'insert_task.py', title: 'Inserting into erp.tasks' },
  { file: 'query_plans.py', title: 'Querying agent.plans with a join' },
  { file: 'create_session.py', title: 'A session with a key into the other schema' },
  { file: 'transaction.py', title: 'One transaction over both schemas' },
];

export interface ReadExample extends Example {
  readonly text: string;
  /** Tables and columns that it uses and the live database does not have. */
  readonly lacking: readonly string[];
}

/** The examples, each held against the live catalog: what it uses stands in its first words. */
export async function readExamples(assets: Assets, catalog: Catalog): Promise<readonly ReadExample[]> {
  const columns = new Set(catalog.objects.flatMap(({ kind, name }) => (kind === 'column' ? [name] : [])));
  return Promise.all(
    examples.map(async (example) => {
      const text = await assets.read(`examples/${example.file}`);
      return { ...example, text, lacking: usedBy(text).filter((name) => !columns.has(name)) };
    }),
  );
}

/** `erp.tasks.id` and so on, of an example that says `Uses erp.tasks (id, …)`. */
export function usedBy(text: string): readonly string[] {
  const head = /^"""[\s\S]*?"""/.exec(text)?.[0] ?? '';
  return [...head.matchAll(/((?:erp|agent)\.\w+) \(([^)]*)\)/g)].flatMap(([, table = '', names = '']) =>
    names.split(',').map((name) => `${table}.${name.trim()}`),
  );
}

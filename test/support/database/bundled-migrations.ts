import { readFileSync } from 'node:fs';
import type { Session } from '../../../src/domain/session.ts';

const read = (name: string) =>
  readFileSync(new URL(`../../../assets/migrations/${name}`, import.meta.url), 'utf8');

/** The texts of the bundled migrations, in their order. */
export const bundledMigrations = [read('001_erp_schema.sql'), read('002_agent_schema.sql')] as const;

export async function applyBundled(session: Session): Promise<Session> {
  for (const text of bundledMigrations) await session.script(`begin;\n${text}\n;commit`);
  return session;
}

/** Returns the text of a migration without the parts that need pgvector. */
export function withoutVector(text: string): string {
  return text
    .replace(/^CREATE EXTENSION.*$/m, '')
    .replace(/^ +embedding +vector\(1536\),\n/gm, '')
    .replace(/^CREATE INDEX .*\(embedding vector_cosine_ops\);\n/gm, '')
    .replace(/^COMMENT ON COLUMN .*\.embedding .*\n/gm, '');
}

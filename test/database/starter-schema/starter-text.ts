/**
 * A double of the user's file, written from the checklist, which describes only the fault, its line and the names of
 * the tables.
 */
const upToLine118 = [
  '-- ERP starter schema (exported from Coda)',
  'CREATE SCHEMA IF NOT EXISTS erp;',
  'CREATE SCHEMA IF NOT EXISTS agent;',
  '',
  'CREATE TABLE erp.people (',
  '  id BIGSERIAL PRIMARY KEY,',
  '  global_id UUID DEFAULT gen_random_uuid(),',
  '  full_name TEXT NOT NULL,',
  '  email VARCHAR(320),',
  '  tags TEXT[],',
  '  is_active BOOLEAN DEFAULT TRUE,',
  '  rate DECIMAL(10, 2),',
  '  created_at TIMESTAMPTZ DEFAULT now(),',
  '  updated_at TIMESTAMP WITH TIME ZONE',
  ');',
  'CREATE UNIQUE INDEX people_email ON erp.people (lower(email)) WHERE is_active = TRUE;',
  'CREATE INDEX people_tags ON erp.people USING gin (tags);',
  '',
  'CREATE TABLE agent.profiles (',
  '  id BIGINT PRIMARY KEY,',
  '  name TEXT UNIQUE,',
  '  harness_config JSONB',
  ');',
];
const table = [
  '-- Sessions: one line for each run of an agent',
  'CREATE TABLE agent.sessions (',
  '  id BIGINT PRIMARY KEY,',
  '  global_id UUID DEFAULT gen_random_uuid(),',
  '  profile_id BIGINT REFERENCES agent.profiles(id) -- which agent ran (é, 😀)',
  '  session_type TEXT NOT NULL,',
  '  client_person_id BIGINT REFERENCES erp.people(id),',
  '  subject_type TEXT,',
  "  status TEXT DEFAULT 'active',",
  '  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),',
  '  metadata JSONB',
  ');',
  '',
  "CREATE INDEX sessions_open ON agent.sessions (status, started_at DESC) WHERE status IN ('active', 'paused');",
  'CREATE INDEX ON agent.sessions (profile_id);',
  '',
];

export const starterText = [
  ...upToLine118,
  ...Array.from({ length: 118 - upToLine118.length }, (_, index) => `-- note ${index}`),
  ...table,
].join('\n');

import type { Catalog } from '../database/catalog/catalog.ts';
import { blocks, code, fenced } from './markdown.ts';

/** Restricts the rows of one table for the API. Tests run it on a real database. */
const policyExample = `ALTER TABLE erp.projects ENABLE ROW LEVEL SECURITY;

-- Services keep access to every row.
CREATE POLICY projects_service ON erp.projects TO erp_service USING (true) WITH CHECK (true);

-- A token with the claim "person" reads and writes the projects of that person. Without the claim, there are no rows.
CREATE POLICY projects_api ON erp.projects TO erp_api
  USING (owner_person_id = (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'person')::bigint);`;

/** Says which rows the roles reach, and shows how to restrict them. */
export function policiesPart({ objects }: Catalog): string {
  const secured = objects.filter(
    ({ kind, attributes }) => kind === 'table' && attributes['row security'] === 'yes',
  );
  const names = secured.map(({ name }) => code(name)).join(', ');
  const roles = `${code('erp_api')} and ${code('erp_service')}`;
  const now =
    secured.length === 0
      ? `No table has row-level security: their rights hold for every row, so ${roles} read and write every row.`
      : `These tables have row-level security: ${names}. Their policies decide which rows a role reaches. In all other tables, ${roles} read and write every row.`;
  return blocks(
    '## Row-level security',
    now,
    `To restrict the rows of a table, add a migration of your own, such as ${code('110_project_policies.sql')}. PostgREST puts the claims of a token into ${code('request.jwt.claims')}:`,
    fenced('sql', policyExample),
    `The owner of the tables is not restricted. A token of ${code('erp-deploy token')} has no claim ${code('person')}: let the service that signs tokens with the same key add it.`,
  );
}

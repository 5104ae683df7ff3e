/** A query from the checklist. */
export interface ExampleQuery {
  readonly title: string;
  readonly sql: string;
}

/** Each is run against the live database before a document contains it. */
export const exampleQueries: readonly ExampleQuery[] = [
  {
    title: 'Projects of a person',
    sql: 'SELECT * FROM erp.projects WHERE owner_person_id = 1;',
  },
  {
    title: 'Agent sessions for a project',
    sql: "SELECT * FROM agent.sessions WHERE subject_type = 'project' AND subject_id = 1;",
  },
  {
    title: 'Facts of a session',
    sql: `SELECT * FROM agent.facts
 WHERE source_event_id IN (SELECT id FROM agent.events WHERE session_id = 1);`,
  },
];

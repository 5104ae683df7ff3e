-- validate_schema.sql
--
-- Purpose:         shows that a database holds all that 001_erp_schema.sql and 002_agent_schema.sql
--                  promise: tables, columns, types, keys, triggers, functions. Writes nothing: it
--                  may be run at any time, in a read-only transaction and on a standby as well.
-- Created:         2026-11-22
-- Schema version:  1.0.0
--
-- By hand:         psql -v ON_ERROR_STOP=1 -f validate_schema.sql
--
-- What is missing is raised as one exception that names every fault. Otherwise there are two answers:
-- a sample query of each table (the number of rows it read, 0 or 1, never what is in them), and one row
-- of counts.
--
-- It is a floor: whatever else a database holds is not looked at. What it must hold:
--   38 tables = 14 erp + 24 agent (the checklist's headline, 21 agent and 35 in all, leaves the 3 planning
--   tables out; its listing has them), 380 columns, 34 foreign keys (3 of them from agent to erp; the
--   headline says 15 to 20), 28 updated_at triggers, 1 generated column, 2 vector columns.

DO $validate$
DECLARE
    contract jsonb;            -- table -> its columns, separated by blanks
    faults   text[] := '{}';
    counted  record;
BEGIN

SELECT jsonb_object_agg(name, columns)
  INTO contract
  FROM (VALUES
        ('erp.people',               'id global_id full_name email handle role_label notes is_active created_at '
                                     'updated_at'),
        ('erp.organizations',        'id global_id name website org_type notes is_active created_at updated_at'),
        ('erp.projects',             'id global_id name description owner_person_id organization_id status '
                                     'start_date end_date tags created_at updated_at'),
        ('erp.engagements',          'id global_id name client_org_id primary_contact_id project_id offer_name '
                                     'status start_date end_date value_estimate notes created_at updated_at'),
        ('erp.tasks',                'id global_id title description project_id engagement_id assignee_id status '
                                     'priority due_date estimated_hours actual_hours tags created_at updated_at'),
        ('erp.okrs',                 'id global_id owner_person_id venture_name objective key_results '
                                     'time_horizon_start time_horizon_end status created_at updated_at'),
        ('erp.service_blueprints',   'id global_id name description customer_actions frontstage backstage '
                                     'support_processes evidence version status tags created_at updated_at'),
        ('erp.workflows',            'id global_id service_blueprint_id name description steps estimated_hours '
                                     'automation_status version status tags created_at updated_at'),
        ('erp.process_templates',    'id global_id workflow_id name checklist template_type version status tags '
                                     'created_at updated_at'),
        ('erp.execution_runs',       'id global_id process_template_id run_identifier status started_at ended_at '
                                     'estimated_hours actual_hours variance_pct metadata created_at updated_at'),
        ('erp.ventures',             'id global_id name description status owner_person_id created_at updated_at'),
        ('erp.sprints',              'id global_id name start_date end_date capacity_hours status created_at '
                                     'updated_at'),
        ('erp.offers',               'id global_id service_blueprint_id name description pricing_model status '
                                     'created_at updated_at'),
        ('erp.deliverables',         'id global_id engagement_id offer_id name description due_date status '
                                     'created_at updated_at'),
        ('agent.client_profiles',    'id client_id name preferences created_at updated_at'),
        ('agent.memory_entries',     'id client_id content memory_type embedding ttl_minutes expires_at metadata '
                                     'created_at'),
        ('agent.memory_facts',       'id client_id fact_key fact_value category confidence_score metadata '
                                     'created_at updated_at'),
        ('agent.working_state',      'id client_id state_key state_value updated_at'),
        ('agent.episodes',           'id client_id session_id summary embedding metadata created_at'),
        ('agent.webhook_executions', 'id client_id webhook_url payload response status executed_at'),
        ('agent.sessions',           'id global_id profile_id session_type client_person_id subject_type '
                                     'subject_id status started_at ended_at trace_id context_recipe_id '
                                     'applied_harness_config metadata'),
        ('agent.events',             'id session_id occurred_at event_type event_source subject_type subject_id '
                                     'message payload memory_scope salience_score promoted_fact_id created_at '
                                     'updated_at'),
        ('agent.facts',              'id global_id subject_type subject_id fact_type category content '
                                     'salience_score valid_from valid_to source_event_id source_ref metadata '
                                     'created_at updated_at'),
        ('agent.goals',              'id global_id subject_type subject_id title description success_criteria '
                                     'status priority time_horizon_start time_horizon_end parent_goal_id '
                                     'created_at updated_at'),
        ('agent.reflections',        'id session_id reflection_date mode client_person_id scope focal_entity_type '
                                     'focal_entity_id goals accomplishments blockers decisions metrics '
                                     'next_actions raw_text created_at'),
        ('agent.step_evaluations',   'id execution_run_id step_name step_index validator_type status score '
                                     'feedback needs_human created_at'),
        ('agent.artifacts',          'id global_id artifact_type external_id title summary source_system metadata '
                                     'created_at'),
        ('agent.profiles',           'id global_id name description system_prompt_template harness_config '
                                     'default_model default_context_recipe_id is_active created_at updated_at'),
        ('agent.tools',              'id global_id name description schema_definition is_active created_at '
                                     'updated_at'),
        ('agent.context_recipes',    'id name description retrieval_spec created_at'),
        ('agent.profile_tools',      'profile_id tool_id is_enabled'),
        ('agent.graph_nodes',        'id node_type node_id properties created_at updated_at'),
        ('agent.graph_edges',        'id from_node_id to_node_id edge_type properties created_at updated_at'),
        ('agent.blocks',             'id global_id block_type title body_md source_table source_id artifact_id '
                                     'vector_key graph_key metadata created_at updated_at'),
        ('agent.block_actions',      'id block_id action_type tool_name tool_params_template is_default metadata'),
        ('agent.plans',              'id plan_title intent sop client_id status metadata created_at updated_at'),
        ('agent.scheduler_runs',     'id plan_id schedule_blocks client_id status calendar_events metadata '
                                     'created_at updated_at'),
        ('agent.prompt_templates',   'id template_name template_type content version variables metadata created_at '
                                     'updated_at')
       ) AS expected (name, columns);


-- Tables ---------------------------------------------------------------------------------------------
-- What a missing table should hold is not listed as well: every check below looks at tables that are there.

faults := faults || ARRAY(
    SELECT format('table %s is missing', name)
      FROM jsonb_object_keys(contract) AS expected (name)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class
                        WHERE oid = to_regclass(name) AND relkind IN ('r', 'p'))
     ORDER BY name);


-- Columns --------------------------------------------------------------------------------------------

faults := faults || ARRAY(
    SELECT format('column %s.%s is missing', name, wanted)
      FROM jsonb_each_text(contract) AS expected (name, columns)
     CROSS JOIN LATERAL string_to_table(columns, ' ') WITH ORDINALITY AS listed (wanted, place)
     WHERE to_regclass(name) IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                        WHERE attrelid = to_regclass(name) AND attname = wanted AND NOT attisdropped)
     ORDER BY name, place);


-- Types, where the checklist gives one ---------------------------------------------------------------
-- A vector may live in any schema, and is written with it where that is not in the search path.

faults := faults || ARRAY(
    SELECT format('column %s.%s should be %s, is %s', name, wanted, type, format_type(atttypid, atttypmod))
      FROM (VALUES
        ('erp.okrs',                 'key_results',            'jsonb'),
        ('erp.workflows',            'steps',                  'jsonb'),
        ('erp.process_templates',    'checklist',              'jsonb'),
        ('erp.execution_runs',       'metadata',               'jsonb'),
        ('agent.client_profiles',    'preferences',            'jsonb'),
        ('agent.memory_entries',     'embedding',              'vector(1536)'),
        ('agent.memory_entries',     'metadata',               'jsonb'),
        ('agent.memory_facts',       'metadata',               'jsonb'),
        ('agent.working_state',      'state_value',            'jsonb'),
        ('agent.episodes',           'embedding',              'vector(1536)'),
        ('agent.episodes',           'metadata',               'jsonb'),
        ('agent.webhook_executions', 'payload',                'jsonb'),
        ('agent.webhook_executions', 'response',               'jsonb'),
        ('agent.sessions',           'applied_harness_config', 'jsonb'),
        ('agent.sessions',           'metadata',               'jsonb'),
        ('agent.events',             'payload',                'jsonb'),
        ('agent.facts',              'metadata',               'jsonb'),
        ('agent.goals',              'success_criteria',       'jsonb'),
        ('agent.reflections',        'metrics',                'jsonb'),
        ('agent.artifacts',          'metadata',               'jsonb'),
        ('agent.profiles',           'harness_config',         'jsonb'),
        ('agent.tools',              'schema_definition',      'jsonb'),
        ('agent.context_recipes',    'retrieval_spec',         'jsonb'),
        ('agent.graph_nodes',        'properties',             'jsonb'),
        ('agent.graph_edges',        'properties',             'jsonb'),
        ('agent.blocks',             'metadata',               'jsonb'),
        ('agent.block_actions',      'tool_params_template',   'jsonb'),
        ('agent.block_actions',      'metadata',               'jsonb'),
        ('agent.plans',              'sop',                    'jsonb'),
        ('agent.plans',              'metadata',               'jsonb'),
        ('agent.scheduler_runs',     'schedule_blocks',        'jsonb'),
        ('agent.scheduler_runs',     'calendar_events',        'jsonb'),
        ('agent.scheduler_runs',     'metadata',               'jsonb'),
        ('agent.prompt_templates',   'variables',              'jsonb'),
        ('agent.prompt_templates',   'metadata',               'jsonb')
           ) AS expected (name, wanted, type)
      JOIN pg_catalog.pg_attribute ON attrelid = to_regclass(name) AND attname = wanted AND NOT attisdropped
     WHERE regexp_replace(format_type(atttypid, atttypmod), '^.*\.', '') <> type
     ORDER BY name, wanted);

faults := faults || ARRAY(
    SELECT 'column erp.execution_runs.variance_pct is not generated'
      FROM pg_catalog.pg_attribute
     WHERE attrelid = to_regclass('erp.execution_runs') AND attname = 'variance_pct' AND attgenerated = '');


-- Primary keys ---------------------------------------------------------------------------------------

faults := faults || ARRAY(
    SELECT format('primary key of %s should be (%s)', name, wanted)
      FROM jsonb_object_keys(contract) AS expected (name)
     CROSS JOIN LATERAL (SELECT CASE name WHEN 'agent.profile_tools' THEN 'profile_id, tool_id' ELSE 'id' END) AS key (wanted)
     WHERE to_regclass(name) IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
                        WHERE conrelid = to_regclass(name) AND contype = 'p'
                          AND wanted = (SELECT string_agg(attname, ', ' ORDER BY place)
                                          FROM unnest(conkey) WITH ORDINALITY AS part (number, place)
                                          JOIN pg_catalog.pg_attribute ON attrelid = conrelid AND attnum = number))
     ORDER BY name);


-- Unique columns -------------------------------------------------------------------------------------
-- Those below, and every global_id: it could not identify a row otherwise.

faults := faults || ARRAY(
    SELECT format('column %s.%s is not unique', name, wanted)
      FROM (VALUES
        ('erp.execution_runs',     'run_identifier'),
        ('agent.client_profiles',  'client_id'),
        ('agent.memory_facts',     'fact_key'),
        ('agent.working_state',    'state_key'),
        ('agent.profiles',         'name'),
        ('agent.tools',            'name'),
        ('agent.context_recipes',  'name'),
        ('agent.graph_nodes',      'node_id'),
        ('agent.prompt_templates', 'template_name')
            UNION
            SELECT name, 'global_id'
              FROM jsonb_each_text(contract) AS listed (name, columns)
             WHERE 'global_id' = ANY (string_to_array(columns, ' '))
           ) AS expected (name, wanted)
     WHERE to_regclass(name) IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_index
                         JOIN pg_catalog.pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
                        WHERE indrelid = to_regclass(name) AND attname = wanted
                          AND indisunique AND indisvalid AND indnkeyatts = 1 AND indpred IS NULL)
     ORDER BY name, wanted);

faults := faults || ARRAY(
    SELECT 'agent.block_actions has no unique index that keeps one is_default per block_id'
     WHERE to_regclass('agent.block_actions') IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_index
                         JOIN pg_catalog.pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
                        WHERE indrelid = to_regclass('agent.block_actions') AND attname = 'block_id'
                          AND indisunique AND indisvalid AND indnkeyatts = 1
                          AND pg_get_expr(indpred, indrelid) IN ('is_default', '(is_default IS TRUE)', '(is_default = true)')));


-- Foreign keys ---------------------------------------------------------------------------------------
-- A key watches through triggers of its own, which can be switched off; from PostgreSQL 18 on it can be
-- declared as not enforced (earlier catalogs have no such column, hence the way it is read).

faults := faults || ARRAY(
    SELECT format('foreign key %s.%s -> %s %s', name, wanted, parent,
                  CASE WHEN watched   IS NULL THEN 'is missing'
                       WHEN NOT watched       THEN 'is not enforced'
                       ELSE                        'is not validated' END)
      FROM (VALUES
        ('erp.projects',           'owner_person_id',           'erp.people'),
        ('erp.projects',           'organization_id',           'erp.organizations'),
        ('erp.engagements',        'client_org_id',             'erp.organizations'),
        ('erp.engagements',        'primary_contact_id',        'erp.people'),
        ('erp.engagements',        'project_id',                'erp.projects'),
        ('erp.tasks',              'project_id',                'erp.projects'),
        ('erp.tasks',              'engagement_id',             'erp.engagements'),
        ('erp.tasks',              'assignee_id',               'erp.people'),
        ('erp.okrs',               'owner_person_id',           'erp.people'),
        ('erp.workflows',          'service_blueprint_id',      'erp.service_blueprints'),
        ('erp.process_templates',  'workflow_id',               'erp.workflows'),
        ('erp.execution_runs',     'process_template_id',       'erp.process_templates'),
        ('erp.ventures',           'owner_person_id',           'erp.people'),
        ('erp.offers',             'service_blueprint_id',      'erp.service_blueprints'),
        ('erp.deliverables',       'engagement_id',             'erp.engagements'),
        ('erp.deliverables',       'offer_id',                  'erp.offers'),
        ('agent.sessions',         'profile_id',                'agent.profiles'),
        ('agent.sessions',         'client_person_id',          'erp.people'),
        ('agent.sessions',         'context_recipe_id',         'agent.context_recipes'),
        ('agent.events',           'session_id',                'agent.sessions'),
        ('agent.events',           'promoted_fact_id',          'agent.facts'),
        ('agent.facts',            'source_event_id',           'agent.events'),
        ('agent.goals',            'parent_goal_id',            'agent.goals'),
        ('agent.reflections',      'session_id',                'agent.sessions'),
        ('agent.reflections',      'client_person_id',          'erp.people'),
        ('agent.step_evaluations', 'execution_run_id',          'erp.execution_runs'),
        ('agent.profiles',         'default_context_recipe_id', 'agent.context_recipes'),
        ('agent.profile_tools',    'profile_id',                'agent.profiles'),
        ('agent.profile_tools',    'tool_id',                   'agent.tools'),
        ('agent.graph_edges',      'from_node_id',              'agent.graph_nodes'),
        ('agent.graph_edges',      'to_node_id',                'agent.graph_nodes'),
        ('agent.blocks',           'artifact_id',               'agent.artifacts'),
        ('agent.block_actions',    'block_id',                  'agent.blocks'),
        ('agent.scheduler_runs',   'plan_id',                   'agent.plans')
           ) AS expected (name, wanted, parent)
      LEFT JOIN LATERAL (
            SELECT convalidated AS validated,
                   coalesce((to_jsonb(fk) ->> 'conenforced')::boolean, true)
                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
                                    WHERE tgconstraint = fk.oid AND tgenabled NOT IN ('O', 'A')) AS watched
              FROM pg_catalog.pg_constraint AS fk
              JOIN pg_catalog.pg_attribute  AS child_column  ON child_column.attrelid  = conrelid  AND child_column.attnum  = conkey[1]
              JOIN pg_catalog.pg_attribute  AS parent_column ON parent_column.attrelid = confrelid AND parent_column.attnum = confkey[1]
             WHERE contype = 'f' AND cardinality(conkey) = 1
               AND conrelid  = to_regclass(name)   AND child_column.attname  = wanted
               AND confrelid = to_regclass(parent) AND parent_column.attname = 'id'
             ORDER BY watched DESC, validated DESC
             LIMIT 1
           ) AS found ON true
     WHERE to_regclass(name) IS NOT NULL
       AND (watched AND validated) IS NOT TRUE
     ORDER BY name, wanted);


-- updated_at triggers --------------------------------------------------------------------------------
-- On every table that should have the column; known by the function they call, whatever their name.

faults := faults || ARRAY(
    SELECT format('updated_at trigger of %s is %s', name, CASE WHEN enabled IS NULL THEN 'missing' ELSE 'disabled' END)
      FROM jsonb_each_text(contract) AS expected (name, columns)
     CROSS JOIN LATERAL (
            SELECT bool_or(tgenabled IN ('O', 'A')) AS enabled
              FROM pg_catalog.pg_trigger
             WHERE tgrelid = to_regclass(name)
               AND tgfoid IN (to_regprocedure('erp.update_updated_at_column()'), to_regprocedure('agent.update_updated_at_column()'))
               AND tgtype & 19 = 19    -- 1: for each row, 2: before, 16: update
               AND tgattr::text = ''   -- of whichever column
           ) AS found
     WHERE to_regclass(name) IS NOT NULL
       AND 'updated_at' = ANY (string_to_array(columns, ' '))
       AND enabled IS NOT TRUE
     ORDER BY name);


-- Functions ------------------------------------------------------------------------------------------

faults := faults || ARRAY(
    SELECT 'function agent.get_graph_neighbors(node_id) is missing'
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_proc
                        WHERE pronamespace = to_regnamespace('agent') AND proname = 'get_graph_neighbors'
                          AND pronargs - pronargdefaults <= 1 AND proargnames[1] = 'node_id' AND proretset)
     UNION ALL
    SELECT 'function agent.update_updated_at_column() or erp.update_updated_at_column() is missing'
     WHERE coalesce(to_regprocedure('agent.update_updated_at_column()'), to_regprocedure('erp.update_updated_at_column()')) IS NULL);


-- Verdict --------------------------------------------------------------------------------------------

IF cardinality(faults) > 0 THEN
    SELECT count(*) FILTER (WHERE name LIKE 'erp.%')   AS erp,
           count(*) FILTER (WHERE name LIKE 'agent.%') AS agent
      INTO counted
      FROM jsonb_object_keys(contract) AS expected (name)
     WHERE EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass(name) AND relkind IN ('r', 'p'));
    RAISE EXCEPTION USING MESSAGE = format(
        E'the schema lacks what the migrations promise (tables: %s of 14 erp, %s of 24 agent; faults: %s)\n  - %s',
        counted.erp, counted.agent, cardinality(faults), array_to_string(faults, E'\n  - '));
END IF;

END
$validate$;


-- Sample queries: every table can be read, though it may be empty ------------------------------------

SELECT sampled, rows_read
  FROM (
                   SELECT 'erp.people',               count(*)::int FROM (SELECT * FROM erp.people               LIMIT 1) AS sample
         UNION ALL SELECT 'erp.organizations',        count(*)::int FROM (SELECT * FROM erp.organizations        LIMIT 1) AS sample
         UNION ALL SELECT 'erp.projects',             count(*)::int FROM (SELECT * FROM erp.projects             LIMIT 1) AS sample
         UNION ALL SELECT 'erp.engagements',          count(*)::int FROM (SELECT * FROM erp.engagements          LIMIT 1) AS sample
         UNION ALL SELECT 'erp.tasks',                count(*)::int FROM (SELECT * FROM erp.tasks                LIMIT 1) AS sample
         UNION ALL SELECT 'erp.okrs',                 count(*)::int FROM (SELECT * FROM erp.okrs                 LIMIT 1) AS sample
         UNION ALL SELECT 'erp.service_blueprints',   count(*)::int FROM (SELECT * FROM erp.service_blueprints   LIMIT 1) AS sample
         UNION ALL SELECT 'erp.workflows',            count(*)::int FROM (SELECT * FROM erp.workflows            LIMIT 1) AS sample
         UNION ALL SELECT 'erp.process_templates',    count(*)::int FROM (SELECT * FROM erp.process_templates    LIMIT 1) AS sample
         UNION ALL SELECT 'erp.execution_runs',       count(*)::int FROM (SELECT * FROM erp.execution_runs       LIMIT 1) AS sample
         UNION ALL SELECT 'erp.ventures',             count(*)::int FROM (SELECT * FROM erp.ventures             LIMIT 1) AS sample
         UNION ALL SELECT 'erp.sprints',              count(*)::int FROM (SELECT * FROM erp.sprints              LIMIT 1) AS sample
         UNION ALL SELECT 'erp.offers',               count(*)::int FROM (SELECT * FROM erp.offers               LIMIT 1) AS sample
         UNION ALL SELECT 'erp.deliverables',         count(*)::int FROM (SELECT * FROM erp.deliverables         LIMIT 1) AS sample
         UNION ALL SELECT 'agent.client_profiles',    count(*)::int FROM (SELECT * FROM agent.client_profiles    LIMIT 1) AS sample
         UNION ALL SELECT 'agent.memory_entries',     count(*)::int FROM (SELECT * FROM agent.memory_entries     LIMIT 1) AS sample
         UNION ALL SELECT 'agent.memory_facts',       count(*)::int FROM (SELECT * FROM agent.memory_facts       LIMIT 1) AS sample
         UNION ALL SELECT 'agent.working_state',      count(*)::int FROM (SELECT * FROM agent.working_state      LIMIT 1) AS sample
         UNION ALL SELECT 'agent.episodes',           count(*)::int FROM (SELECT * FROM agent.episodes           LIMIT 1) AS sample
         UNION ALL SELECT 'agent.webhook_executions', count(*)::int FROM (SELECT * FROM agent.webhook_executions LIMIT 1) AS sample
         UNION ALL SELECT 'agent.sessions',           count(*)::int FROM (SELECT * FROM agent.sessions           LIMIT 1) AS sample
         UNION ALL SELECT 'agent.events',             count(*)::int FROM (SELECT * FROM agent.events             LIMIT 1) AS sample
         UNION ALL SELECT 'agent.facts',              count(*)::int FROM (SELECT * FROM agent.facts              LIMIT 1) AS sample
         UNION ALL SELECT 'agent.goals',              count(*)::int FROM (SELECT * FROM agent.goals              LIMIT 1) AS sample
         UNION ALL SELECT 'agent.reflections',        count(*)::int FROM (SELECT * FROM agent.reflections        LIMIT 1) AS sample
         UNION ALL SELECT 'agent.step_evaluations',   count(*)::int FROM (SELECT * FROM agent.step_evaluations   LIMIT 1) AS sample
         UNION ALL SELECT 'agent.artifacts',          count(*)::int FROM (SELECT * FROM agent.artifacts          LIMIT 1) AS sample
         UNION ALL SELECT 'agent.profiles',           count(*)::int FROM (SELECT * FROM agent.profiles           LIMIT 1) AS sample
         UNION ALL SELECT 'agent.tools',              count(*)::int FROM (SELECT * FROM agent.tools              LIMIT 1) AS sample
         UNION ALL SELECT 'agent.context_recipes',    count(*)::int FROM (SELECT * FROM agent.context_recipes    LIMIT 1) AS sample
         UNION ALL SELECT 'agent.profile_tools',      count(*)::int FROM (SELECT * FROM agent.profile_tools      LIMIT 1) AS sample
         UNION ALL SELECT 'agent.graph_nodes',        count(*)::int FROM (SELECT * FROM agent.graph_nodes        LIMIT 1) AS sample
         UNION ALL SELECT 'agent.graph_edges',        count(*)::int FROM (SELECT * FROM agent.graph_edges        LIMIT 1) AS sample
         UNION ALL SELECT 'agent.blocks',             count(*)::int FROM (SELECT * FROM agent.blocks             LIMIT 1) AS sample
         UNION ALL SELECT 'agent.block_actions',      count(*)::int FROM (SELECT * FROM agent.block_actions      LIMIT 1) AS sample
         UNION ALL SELECT 'agent.plans',              count(*)::int FROM (SELECT * FROM agent.plans              LIMIT 1) AS sample
         UNION ALL SELECT 'agent.scheduler_runs',     count(*)::int FROM (SELECT * FROM agent.scheduler_runs     LIMIT 1) AS sample
         UNION ALL SELECT 'agent.prompt_templates',   count(*)::int FROM (SELECT * FROM agent.prompt_templates   LIMIT 1) AS sample
       ) AS samples (sampled, rows_read);


-- Counts: all that the two schemas hold, so that what a later migration added shows here --------------

WITH held AS (
    SELECT pg_class.oid, nspname
      FROM pg_catalog.pg_class
      JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname IN ('erp', 'agent') AND relkind IN ('r', 'p')
), held_columns AS (
    SELECT attgenerated, typname
      FROM held
      JOIN pg_catalog.pg_attribute ON attrelid = held.oid AND attnum > 0 AND NOT attisdropped
      JOIN pg_catalog.pg_type      ON pg_type.oid = atttypid
), held_keys AS (
    SELECT child.nspname AS child_schema, parent_class.relnamespace::regnamespace::text AS parent_schema
      FROM held AS child
      JOIN pg_catalog.pg_constraint            ON conrelid = child.oid AND contype = 'f'
      JOIN pg_catalog.pg_class AS parent_class ON parent_class.oid = confrelid
), held_triggers AS (
    SELECT
      FROM held
      JOIN pg_catalog.pg_trigger ON tgrelid = held.oid AND NOT tgisinternal
      JOIN pg_catalog.pg_proc    ON pg_proc.oid = tgfoid
     WHERE proname = 'update_updated_at_column'
)
SELECT (SELECT count(*)::int FROM held WHERE nspname = 'erp')                       AS erp_tables,
       (SELECT count(*)::int FROM held WHERE nspname = 'agent')                     AS agent_tables,
       (SELECT count(*)::int FROM held)                                             AS tables,
       (SELECT count(*)::int FROM held_columns)                                     AS columns,
       (SELECT count(*)::int FROM held_keys)                                        AS foreign_keys,
       (SELECT count(*)::int FROM held_keys WHERE child_schema <> parent_schema)    AS cross_schema_foreign_keys,
       (SELECT count(*)::int FROM held_triggers)                                    AS updated_at_triggers,
       (SELECT count(*)::int FROM held_columns WHERE attgenerated <> '')            AS generated_columns,
       (SELECT count(*)::int FROM held_columns WHERE typname = 'vector')            AS vector_columns,
       '38 = 14 erp + 24 agent (the checklist''s headline, 35, leaves the 3 planning tables out)' AS expected_tables;

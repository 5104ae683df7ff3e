-- 002_agent_schema.sql
--
-- Purpose:         the agent schema, what the agents remember, do and are set up with: 24 tables
--                  (memory 6, configuration 4, operations 7, graph and blocks 4, planning 3).
-- Created:         2026-11-22
-- Schema version:  1.0.0
-- Needs:           001_erp_schema.sql; pgvector 0.5 or newer (for HNSW indexes), installed or installable.
--
-- By hand:         psql -v ON_ERROR_STOP=1 -1 -f 002_agent_schema.sql
--
-- Released: this text never changes again, since erp-deploy records its checksum wherever it applies it.
-- A later change is a migration of its own (from 100 on).
--
-- The conventions are those at the head of 001. Particular to this schema:
--   * Configuration comes before operations, since sessions refer to it.
--   * client_id is the text by which services know a client. It is no key to client_profiles: memory may
--     be written before the profile is.
--   * (subject_type, subject_id) points at a row of any table: the table in the singular ('project',
--     'task') and its id. No foreign key can watch over such a pair; a check holds that no id comes
--     without its type.
--   * Scores run from 0 to 1.

-- Not in the schema agent: extensions belong to the database, and its types have to be found by name
-- in the default search path.
CREATE EXTENSION IF NOT EXISTS vector;

CREATE SCHEMA IF NOT EXISTS agent;

COMMENT ON SCHEMA agent IS 'The agents'' side: memory, sessions, configuration, knowledge graph and plans.';


-- ---------------------------------------------------------------------------------------------------
-- updated_at
-- ---------------------------------------------------------------------------------------------------
-- The schema has a function of its own, so that either schema can be dumped and restored by itself.

CREATE FUNCTION agent.update_updated_at_column()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    -- Whatever the writer sent is replaced: the column says when the row changed, not when someone said so.
    NEW.updated_at := pg_catalog.now();
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION agent.update_updated_at_column() IS
    'Trigger function: sets updated_at to the time of the transaction on every UPDATE.';

-- Triggers fire without this right; it is only needed to create one, and PUBLIC has it by default.
REVOKE ALL ON FUNCTION agent.update_updated_at_column() FROM PUBLIC;


-- ===================================================================================================
-- Memory (6)
-- ===================================================================================================

-- client_profiles -----------------------------------------------------------------------------------

CREATE TABLE agent.client_profiles (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    client_id    text        NOT NULL,
    name         text        NOT NULL,
    preferences  jsonb       NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT client_profiles_pkey          PRIMARY KEY (id),
    CONSTRAINT client_profiles_client_id_key UNIQUE (client_id)
);

CREATE TRIGGER client_profiles_set_updated_at
    BEFORE UPDATE ON agent.client_profiles
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.client_profiles           IS 'One row for each client that the agents serve, with what it prefers.';
COMMENT ON COLUMN agent.client_profiles.client_id IS 'The name that services use for the client; the client_id of every other table here.';

-- memory_entries ------------------------------------------------------------------------------------

CREATE TABLE agent.memory_entries (
    id           bigint       GENERATED ALWAYS AS IDENTITY,
    client_id    text         NOT NULL,
    content      text         NOT NULL,
    memory_type  text,
    embedding    vector(1536),
    ttl_minutes  integer,
    expires_at   timestamptz,
    metadata     jsonb        NOT NULL DEFAULT '{}',
    created_at   timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT memory_entries_pkey              PRIMARY KEY (id),
    CONSTRAINT memory_entries_ttl_minutes_check CHECK (ttl_minutes > 0)
);

CREATE INDEX memory_entries_client_id_created_at_idx ON agent.memory_entries (client_id, created_at);
CREATE INDEX memory_entries_expires_at_idx           ON agent.memory_entries (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX memory_entries_embedding_idx            ON agent.memory_entries USING hnsw (embedding vector_cosine_ops);

COMMENT ON TABLE  agent.memory_entries             IS 'Short pieces of memory, found by likeness (cosine distance), which may expire.';
COMMENT ON COLUMN agent.memory_entries.memory_type IS 'Usual values: short_term, long_term, preference, instruction.';
COMMENT ON COLUMN agent.memory_entries.embedding   IS 'Of the content, 1536 dimensions; empty until it is computed. Query with <=>, or the index is not used.';
COMMENT ON COLUMN agent.memory_entries.ttl_minutes IS 'How long the entry was meant to live.';
COMMENT ON COLUMN agent.memory_entries.expires_at  IS 'From when it no longer counts, set by the writer (created_at + ttl_minutes); empty is never. Nothing deletes it here.';

-- memory_facts --------------------------------------------------------------------------------------

CREATE TABLE agent.memory_facts (
    id                bigint       GENERATED ALWAYS AS IDENTITY,
    client_id         text         NOT NULL,
    fact_key          text         NOT NULL,
    fact_value        text         NOT NULL,
    category          text,
    confidence_score  numeric(4,3),
    metadata          jsonb        NOT NULL DEFAULT '{}',
    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT memory_facts_pkey                   PRIMARY KEY (id),
    CONSTRAINT memory_facts_fact_key_key           UNIQUE (fact_key),
    CONSTRAINT memory_facts_confidence_score_check CHECK (confidence_score BETWEEN 0 AND 1)
);

CREATE INDEX memory_facts_client_id_category_idx ON agent.memory_facts (client_id, category);

CREATE TRIGGER memory_facts_set_updated_at
    BEFORE UPDATE ON agent.memory_facts
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.memory_facts                  IS 'What is known of a client, one value for each key.';
COMMENT ON COLUMN agent.memory_facts.fact_key         IS 'Unique over all clients, not for each: with several clients, begin it with the client_id.';
COMMENT ON COLUMN agent.memory_facts.confidence_score IS 'From 0 (a guess) to 1 (certain).';

-- working_state -------------------------------------------------------------------------------------

CREATE TABLE agent.working_state (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    client_id    text        NOT NULL,
    state_key    text        NOT NULL,
    state_value  jsonb       NOT NULL DEFAULT '{}',
    updated_at   timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT working_state_pkey          PRIMARY KEY (id),
    CONSTRAINT working_state_state_key_key UNIQUE (state_key)
);

CREATE INDEX working_state_client_id_idx ON agent.working_state (client_id);

CREATE TRIGGER working_state_set_updated_at
    BEFORE UPDATE ON agent.working_state
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.working_state           IS 'What an agent is in the middle of: the latest value alone, no history.';
COMMENT ON COLUMN agent.working_state.state_key IS 'Unique over all clients, not for each: with several clients, begin it with the client_id.';

-- episodes ------------------------------------------------------------------------------------------

CREATE TABLE agent.episodes (
    id          bigint       GENERATED ALWAYS AS IDENTITY,
    client_id   text         NOT NULL,
    session_id  text,
    summary     text         NOT NULL,
    embedding   vector(1536),
    metadata    jsonb        NOT NULL DEFAULT '{}',
    created_at  timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT episodes_pkey PRIMARY KEY (id)
);

CREATE INDEX episodes_client_id_created_at_idx ON agent.episodes (client_id, created_at);
CREATE INDEX episodes_session_id_idx           ON agent.episodes (session_id);
CREATE INDEX episodes_embedding_idx            ON agent.episodes USING hnsw (embedding vector_cosine_ops);

COMMENT ON TABLE  agent.episodes            IS 'Past conversations, summed up, found by likeness (cosine distance).';
COMMENT ON COLUMN agent.episodes.session_id IS 'The conversation in the system that held it: free text, no key to agent.sessions.';
COMMENT ON COLUMN agent.episodes.embedding  IS 'Of the summary, 1536 dimensions; empty until it is computed. Query with <=>, or the index is not used.';

-- webhook_executions --------------------------------------------------------------------------------

CREATE TABLE agent.webhook_executions (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    client_id    text,
    webhook_url  text        NOT NULL,
    payload      jsonb       NOT NULL DEFAULT '{}',
    response     jsonb,
    status       text        NOT NULL DEFAULT 'pending',
    executed_at  timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT webhook_executions_pkey         PRIMARY KEY (id),
    CONSTRAINT webhook_executions_status_check CHECK (status IN ('pending', 'succeeded', 'failed'))
);

CREATE INDEX webhook_executions_client_id_executed_at_idx ON agent.webhook_executions (client_id, executed_at);
CREATE INDEX webhook_executions_status_executed_at_idx    ON agent.webhook_executions (status, executed_at);

COMMENT ON TABLE  agent.webhook_executions           IS 'Calls made to webhooks, with what was sent and what came back.';
COMMENT ON COLUMN agent.webhook_executions.client_id IS 'On whose behalf; empty for calls of no client.';
COMMENT ON COLUMN agent.webhook_executions.response  IS 'Empty until an answer came.';


-- ===================================================================================================
-- Configuration (4)
-- ===================================================================================================

-- context_recipes -----------------------------------------------------------------------------------

CREATE TABLE agent.context_recipes (
    id              bigint      GENERATED ALWAYS AS IDENTITY,
    name            text        NOT NULL,
    description     text,
    retrieval_spec  jsonb       NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT context_recipes_pkey     PRIMARY KEY (id),
    CONSTRAINT context_recipes_name_key UNIQUE (name)
);

COMMENT ON TABLE  agent.context_recipes                IS 'What an agent is given to read before it begins, and from where.';
COMMENT ON COLUMN agent.context_recipes.retrieval_spec IS 'Object: which memory to search, how much of it, in what order.';

-- profiles ------------------------------------------------------------------------------------------

CREATE TABLE agent.profiles (
    id                         bigint      GENERATED ALWAYS AS IDENTITY,
    global_id                  uuid        NOT NULL DEFAULT gen_random_uuid(),
    name                       text        NOT NULL,
    description                text,
    system_prompt_template     text,
    harness_config             jsonb       NOT NULL DEFAULT '{}',
    default_model              text,
    default_context_recipe_id  bigint,
    is_active                  boolean     NOT NULL DEFAULT true,
    created_at                 timestamptz NOT NULL DEFAULT now(),
    updated_at                 timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT profiles_pkey                           PRIMARY KEY (id),
    CONSTRAINT profiles_global_id_key                  UNIQUE (global_id),
    CONSTRAINT profiles_name_key                       UNIQUE (name),
    CONSTRAINT profiles_default_context_recipe_id_fkey FOREIGN KEY (default_context_recipe_id) REFERENCES agent.context_recipes (id) ON DELETE SET NULL
);

CREATE INDEX profiles_default_context_recipe_id_idx ON agent.profiles (default_context_recipe_id);

CREATE TRIGGER profiles_set_updated_at
    BEFORE UPDATE ON agent.profiles
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.profiles                IS 'The agents there are: prompt, model, harness and tools of each.';
COMMENT ON COLUMN agent.profiles.harness_config IS 'Object: limits and switches of the program that runs the agent. A session keeps its own copy.';
COMMENT ON COLUMN agent.profiles.is_active      IS 'False retires a profile; one that sessions refer to cannot be deleted.';

-- tools ---------------------------------------------------------------------------------------------

CREATE TABLE agent.tools (
    id                 bigint      GENERATED ALWAYS AS IDENTITY,
    global_id          uuid        NOT NULL DEFAULT gen_random_uuid(),
    name               text        NOT NULL,
    description        text,
    schema_definition  jsonb       NOT NULL DEFAULT '{}',
    is_active          boolean     NOT NULL DEFAULT true,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT tools_pkey          PRIMARY KEY (id),
    CONSTRAINT tools_global_id_key UNIQUE (global_id),
    CONSTRAINT tools_name_key      UNIQUE (name)
);

CREATE TRIGGER tools_set_updated_at
    BEFORE UPDATE ON agent.tools
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.tools                   IS 'What an agent can call.';
COMMENT ON COLUMN agent.tools.schema_definition IS 'JSON Schema of the parameters.';
COMMENT ON COLUMN agent.tools.is_active         IS 'False takes the tool from every profile at once.';

-- profile_tools -------------------------------------------------------------------------------------

CREATE TABLE agent.profile_tools (
    profile_id  bigint  NOT NULL,
    tool_id     bigint  NOT NULL,
    is_enabled  boolean NOT NULL DEFAULT true,

    CONSTRAINT profile_tools_pkey            PRIMARY KEY (profile_id, tool_id),
    CONSTRAINT profile_tools_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES agent.profiles (id) ON DELETE CASCADE,
    CONSTRAINT profile_tools_tool_id_fkey    FOREIGN KEY (tool_id)    REFERENCES agent.tools (id)    ON DELETE CASCADE
);

-- The primary key leads with profile_id and serves that foreign key as well.
CREATE INDEX profile_tools_tool_id_idx ON agent.profile_tools (tool_id);

COMMENT ON TABLE  agent.profile_tools            IS 'Which profile has which tools.';
COMMENT ON COLUMN agent.profile_tools.is_enabled IS 'False takes the tool from this profile and keeps the row.';


-- ===================================================================================================
-- Operations (7)
-- ===================================================================================================

-- sessions ------------------------------------------------------------------------------------------

CREATE TABLE agent.sessions (
    id                      bigint      GENERATED ALWAYS AS IDENTITY,
    global_id               uuid        NOT NULL DEFAULT gen_random_uuid(),
    profile_id              bigint,
    session_type            text,
    client_person_id        bigint,
    subject_type            text,
    subject_id              bigint,
    status                  text        NOT NULL DEFAULT 'active',
    started_at              timestamptz NOT NULL DEFAULT now(),
    ended_at                timestamptz,
    trace_id                text,
    context_recipe_id       bigint,
    applied_harness_config  jsonb       NOT NULL DEFAULT '{}',
    metadata                jsonb       NOT NULL DEFAULT '{}',

    CONSTRAINT sessions_pkey                   PRIMARY KEY (id),
    CONSTRAINT sessions_global_id_key          UNIQUE (global_id),
    CONSTRAINT sessions_profile_id_fkey        FOREIGN KEY (profile_id)        REFERENCES agent.profiles (id)        ON DELETE RESTRICT,
    CONSTRAINT sessions_client_person_id_fkey  FOREIGN KEY (client_person_id)  REFERENCES erp.people (id)            ON DELETE SET NULL,
    CONSTRAINT sessions_context_recipe_id_fkey FOREIGN KEY (context_recipe_id) REFERENCES agent.context_recipes (id) ON DELETE SET NULL,
    CONSTRAINT sessions_subject_id_check       CHECK (subject_id IS NULL OR subject_type IS NOT NULL),
    CONSTRAINT sessions_status_check           CHECK (status IN ('active', 'paused', 'completed', 'failed', 'cancelled')),
    CONSTRAINT sessions_ended_at_check         CHECK (ended_at >= started_at)
);

CREATE INDEX sessions_profile_id_idx        ON agent.sessions (profile_id);
CREATE INDEX sessions_client_person_id_idx  ON agent.sessions (client_person_id);
CREATE INDEX sessions_context_recipe_id_idx ON agent.sessions (context_recipe_id);
CREATE INDEX sessions_subject_idx           ON agent.sessions (subject_type, subject_id);
CREATE INDEX sessions_status_started_at_idx ON agent.sessions (status, started_at);
CREATE INDEX sessions_trace_id_idx          ON agent.sessions (trace_id);

COMMENT ON TABLE  agent.sessions                        IS 'Each time an agent was at work: which, for whom, on what, with what outcome.';
COMMENT ON COLUMN agent.sessions.session_type           IS 'Usual values: chat, task, scheduled, review.';
COMMENT ON COLUMN agent.sessions.client_person_id       IS 'The person it was for.';
COMMENT ON COLUMN agent.sessions.subject_type           IS 'What the session was about: a table in the singular, such as project or task.';
COMMENT ON COLUMN agent.sessions.subject_id             IS 'The id in that table.';
COMMENT ON COLUMN agent.sessions.trace_id               IS 'Of the tracing system.';
COMMENT ON COLUMN agent.sessions.applied_harness_config IS 'What was in force when it began, copied from the profile: that one may change afterwards.';

-- events --------------------------------------------------------------------------------------------

CREATE TABLE agent.events (
    id                bigint       GENERATED ALWAYS AS IDENTITY,
    session_id        bigint,
    occurred_at       timestamptz  NOT NULL DEFAULT now(),
    event_type        text         NOT NULL,
    event_source      text,
    subject_type      text,
    subject_id        bigint,
    message           text,
    payload           jsonb        NOT NULL DEFAULT '{}',
    memory_scope      text,
    salience_score    numeric(4,3),
    promoted_fact_id  bigint,
    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT events_pkey                 PRIMARY KEY (id),
    CONSTRAINT events_session_id_fkey      FOREIGN KEY (session_id) REFERENCES agent.sessions (id) ON DELETE RESTRICT,
    CONSTRAINT events_subject_id_check     CHECK (subject_id IS NULL OR subject_type IS NOT NULL),
    CONSTRAINT events_salience_score_check CHECK (salience_score BETWEEN 0 AND 1)
);

CREATE INDEX events_session_id_occurred_at_idx ON agent.events (session_id, occurred_at);
CREATE INDEX events_promoted_fact_id_idx       ON agent.events (promoted_fact_id);
CREATE INDEX events_subject_idx                ON agent.events (subject_type, subject_id);
CREATE INDEX events_event_type_occurred_at_idx ON agent.events (event_type, occurred_at);
CREATE INDEX events_occurred_at_idx            ON agent.events (occurred_at);

CREATE TRIGGER events_set_updated_at
    BEFORE UPDATE ON agent.events
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.events                  IS 'What happened, in order: messages, calls, results, observations.';
COMMENT ON COLUMN agent.events.session_id       IS 'Empty for what happened outside any session.';
COMMENT ON COLUMN agent.events.occurred_at      IS 'When it happened; created_at is when it was recorded.';
COMMENT ON COLUMN agent.events.event_type       IS 'Usual values: message, tool_call, tool_result, decision, observation, error.';
COMMENT ON COLUMN agent.events.event_source     IS 'Usual values: user, agent, tool, system.';
COMMENT ON COLUMN agent.events.subject_type     IS 'What the event is about: a table in the singular, such as project or task.';
COMMENT ON COLUMN agent.events.subject_id       IS 'The id in that table.';
COMMENT ON COLUMN agent.events.memory_scope     IS 'How long it should be remembered. Usual values: session, client, global.';
COMMENT ON COLUMN agent.events.salience_score   IS 'How much it matters, from 0 to 1.';
COMMENT ON COLUMN agent.events.promoted_fact_id IS 'The fact that this event was made into.';

-- facts ---------------------------------------------------------------------------------------------

CREATE TABLE agent.facts (
    id               bigint       GENERATED ALWAYS AS IDENTITY,
    global_id        uuid         NOT NULL DEFAULT gen_random_uuid(),
    subject_type     text,
    subject_id       bigint,
    fact_type        text,
    category         text,
    content          text         NOT NULL,
    salience_score   numeric(4,3),
    valid_from       timestamptz,
    valid_to         timestamptz,
    source_event_id  bigint,
    source_ref       text,
    metadata         jsonb        NOT NULL DEFAULT '{}',
    created_at       timestamptz  NOT NULL DEFAULT now(),
    updated_at       timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT facts_pkey                 PRIMARY KEY (id),
    CONSTRAINT facts_global_id_key        UNIQUE (global_id),
    CONSTRAINT facts_subject_id_check     CHECK (subject_id IS NULL OR subject_type IS NOT NULL),
    CONSTRAINT facts_salience_score_check CHECK (salience_score BETWEEN 0 AND 1),
    CONSTRAINT facts_valid_to_check       CHECK (valid_to >= valid_from)
);

CREATE INDEX facts_source_event_id_idx    ON agent.facts (source_event_id);
CREATE INDEX facts_subject_idx            ON agent.facts (subject_type, subject_id);
CREATE INDEX facts_fact_type_category_idx ON agent.facts (fact_type, category);

CREATE TRIGGER facts_set_updated_at
    BEFORE UPDATE ON agent.facts
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.facts                 IS 'What the agents hold to be true, of what, since when, and how they know.';
COMMENT ON COLUMN agent.facts.subject_type    IS 'What the fact is about: a table in the singular, such as project or task.';
COMMENT ON COLUMN agent.facts.subject_id      IS 'The id in that table.';
COMMENT ON COLUMN agent.facts.fact_type       IS 'Usual values: attribute, relation, preference, decision.';
COMMENT ON COLUMN agent.facts.salience_score  IS 'How much it matters, from 0 to 1.';
COMMENT ON COLUMN agent.facts.valid_from      IS 'Since when it is true; empty is since always, or unknown.';
COMMENT ON COLUMN agent.facts.valid_to        IS 'Until when it was true; empty is still.';
COMMENT ON COLUMN agent.facts.source_event_id IS 'The event it was learnt from. A fact outlives its event.';
COMMENT ON COLUMN agent.facts.source_ref      IS 'A source that is no event: a URL, a document, a message.';

-- Events and facts refer to each other, so neither key can be part of its table's creation.
ALTER TABLE agent.events ADD CONSTRAINT events_promoted_fact_id_fkey FOREIGN KEY (promoted_fact_id) REFERENCES agent.facts (id)  ON DELETE SET NULL;
ALTER TABLE agent.facts  ADD CONSTRAINT facts_source_event_id_fkey   FOREIGN KEY (source_event_id)  REFERENCES agent.events (id) ON DELETE SET NULL;

-- goals ---------------------------------------------------------------------------------------------

CREATE TABLE agent.goals (
    id                  bigint      GENERATED ALWAYS AS IDENTITY,
    global_id           uuid        NOT NULL DEFAULT gen_random_uuid(),
    subject_type        text,
    subject_id          bigint,
    title               text        NOT NULL,
    description         text,
    success_criteria    jsonb       NOT NULL DEFAULT '[]',
    status              text        NOT NULL DEFAULT 'proposed',
    priority            text        NOT NULL DEFAULT 'medium',
    time_horizon_start  date,
    time_horizon_end    date,
    parent_goal_id      bigint,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT goals_pkey                   PRIMARY KEY (id),
    CONSTRAINT goals_global_id_key          UNIQUE (global_id),
    CONSTRAINT goals_parent_goal_id_fkey    FOREIGN KEY (parent_goal_id) REFERENCES agent.goals (id) ON DELETE SET NULL,
    CONSTRAINT goals_subject_id_check       CHECK (subject_id IS NULL OR subject_type IS NOT NULL),
    CONSTRAINT goals_status_check           CHECK (status IN ('proposed', 'active', 'achieved', 'abandoned')),
    CONSTRAINT goals_priority_check         CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    CONSTRAINT goals_time_horizon_end_check CHECK (time_horizon_end >= time_horizon_start),
    CONSTRAINT goals_parent_goal_id_check   CHECK (parent_goal_id <> id)
);

CREATE INDEX goals_parent_goal_id_idx ON agent.goals (parent_goal_id);
CREATE INDEX goals_subject_idx        ON agent.goals (subject_type, subject_id);
CREATE INDEX goals_status_idx         ON agent.goals (status);

CREATE TRIGGER goals_set_updated_at
    BEFORE UPDATE ON agent.goals
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.goals                  IS 'What the agents work towards; a goal may be part of another.';
COMMENT ON COLUMN agent.goals.subject_type     IS 'What the goal is about: a table in the singular, such as project or venture.';
COMMENT ON COLUMN agent.goals.subject_id       IS 'The id in that table.';
COMMENT ON COLUMN agent.goals.success_criteria IS 'Array: how one will know that it is achieved.';

-- reflections ---------------------------------------------------------------------------------------

CREATE TABLE agent.reflections (
    id                 bigint      GENERATED ALWAYS AS IDENTITY,
    session_id         bigint,
    reflection_date    date        NOT NULL DEFAULT CURRENT_DATE,
    mode               text,
    client_person_id   bigint,
    scope              text,
    focal_entity_type  text,
    focal_entity_id    bigint,
    goals              text,
    accomplishments    text,
    blockers           text,
    decisions          text,
    metrics            jsonb       NOT NULL DEFAULT '{}',
    next_actions       text,
    raw_text           text,
    created_at         timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT reflections_pkey                  PRIMARY KEY (id),
    CONSTRAINT reflections_session_id_fkey       FOREIGN KEY (session_id)       REFERENCES agent.sessions (id) ON DELETE SET NULL,
    CONSTRAINT reflections_client_person_id_fkey FOREIGN KEY (client_person_id) REFERENCES erp.people (id)     ON DELETE SET NULL,
    CONSTRAINT reflections_focal_entity_id_check CHECK (focal_entity_id IS NULL OR focal_entity_type IS NOT NULL)
);

CREATE INDEX reflections_session_id_idx       ON agent.reflections (session_id);
CREATE INDEX reflections_client_person_id_idx ON agent.reflections (client_person_id);
CREATE INDEX reflections_reflection_date_idx  ON agent.reflections (reflection_date);
CREATE INDEX reflections_focal_entity_idx     ON agent.reflections (focal_entity_type, focal_entity_id);

COMMENT ON TABLE  agent.reflections                   IS 'Looking back, by a person or an agent: what was done, what was in the way, what is next.';
COMMENT ON COLUMN agent.reflections.reflection_date   IS 'The day that is looked back on.';
COMMENT ON COLUMN agent.reflections.mode              IS 'Usual values: daily, weekly, monthly, retrospective.';
COMMENT ON COLUMN agent.reflections.scope             IS 'Usual values: personal, project, venture, portfolio.';
COMMENT ON COLUMN agent.reflections.focal_entity_type IS 'What it is mainly about: a table in the singular, such as project or venture.';
COMMENT ON COLUMN agent.reflections.focal_entity_id   IS 'The id in that table.';
COMMENT ON COLUMN agent.reflections.metrics           IS 'Object: numbers by name.';
COMMENT ON COLUMN agent.reflections.raw_text          IS 'The reflection as it was written or spoken, before it was taken apart.';

-- step_evaluations ----------------------------------------------------------------------------------

CREATE TABLE agent.step_evaluations (
    id                bigint       GENERATED ALWAYS AS IDENTITY,
    execution_run_id  bigint       NOT NULL,
    step_name         text         NOT NULL,
    step_index        integer,
    validator_type    text,
    status            text         NOT NULL DEFAULT 'pending',
    score             numeric(4,3),
    feedback          text,
    needs_human       boolean      NOT NULL DEFAULT false,
    created_at        timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT step_evaluations_pkey                  PRIMARY KEY (id),
    CONSTRAINT step_evaluations_execution_run_id_fkey FOREIGN KEY (execution_run_id) REFERENCES erp.execution_runs (id) ON DELETE RESTRICT,
    CONSTRAINT step_evaluations_step_index_check      CHECK (step_index >= 0),
    CONSTRAINT step_evaluations_status_check          CHECK (status IN ('pending', 'passed', 'failed', 'skipped')),
    CONSTRAINT step_evaluations_score_check           CHECK (score BETWEEN 0 AND 1)
);

CREATE INDEX step_evaluations_execution_run_id_step_index_idx ON agent.step_evaluations (execution_run_id, step_index);
CREATE INDEX step_evaluations_status_idx                      ON agent.step_evaluations (status);
-- The queue of what waits for a person: few rows among many.
CREATE INDEX step_evaluations_needs_human_idx                 ON agent.step_evaluations (created_at) WHERE needs_human;

COMMENT ON TABLE  agent.step_evaluations                IS 'Verdicts on the steps of an execution run; a step may be judged more than once.';
COMMENT ON COLUMN agent.step_evaluations.step_index     IS 'Place of the step in the run, from 0.';
COMMENT ON COLUMN agent.step_evaluations.validator_type IS 'Who judged. Usual values: rule, model, human.';
COMMENT ON COLUMN agent.step_evaluations.score          IS 'From 0 to 1.';
COMMENT ON COLUMN agent.step_evaluations.needs_human    IS 'True while a person has to look.';

-- artifacts -----------------------------------------------------------------------------------------

CREATE TABLE agent.artifacts (
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    global_id      uuid        NOT NULL DEFAULT gen_random_uuid(),
    artifact_type  text        NOT NULL,
    external_id    text,
    title          text        NOT NULL,
    summary        text,
    source_system  text,
    metadata       jsonb       NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT artifacts_pkey          PRIMARY KEY (id),
    CONSTRAINT artifacts_global_id_key UNIQUE (global_id)
);

CREATE INDEX artifacts_source_system_external_id_idx ON agent.artifacts (source_system, external_id);
CREATE INDEX artifacts_artifact_type_idx             ON agent.artifacts (artifact_type);

COMMENT ON TABLE  agent.artifacts               IS 'Documents and other results that lie in another system.';
COMMENT ON COLUMN agent.artifacts.artifact_type IS 'Usual values: document, spreadsheet, message, recording, code.';
COMMENT ON COLUMN agent.artifacts.external_id   IS 'Its id in the source system.';
COMMENT ON COLUMN agent.artifacts.source_system IS 'Where it lies, such as coda, drive, github.';


-- ===================================================================================================
-- Graph and blocks (4)
-- ===================================================================================================

-- graph_nodes ---------------------------------------------------------------------------------------

CREATE TABLE agent.graph_nodes (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    node_type   text        NOT NULL,
    node_id     text        NOT NULL,
    properties  jsonb       NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT graph_nodes_pkey        PRIMARY KEY (id),
    CONSTRAINT graph_nodes_node_id_key UNIQUE (node_id)
);

CREATE INDEX graph_nodes_node_type_idx ON agent.graph_nodes (node_type);

CREATE TRIGGER graph_nodes_set_updated_at
    BEFORE UPDATE ON agent.graph_nodes
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.graph_nodes           IS 'Things in the knowledge graph.';
COMMENT ON COLUMN agent.graph_nodes.id        IS 'What edges refer to.';
COMMENT ON COLUMN agent.graph_nodes.node_type IS 'What kind of thing: a table in the singular, or a concept.';
COMMENT ON COLUMN agent.graph_nodes.node_id   IS 'The name by which services know the node, such as project:42; unique over all types.';

-- graph_edges ---------------------------------------------------------------------------------------

CREATE TABLE agent.graph_edges (
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    from_node_id  bigint      NOT NULL,
    to_node_id    bigint      NOT NULL,
    edge_type     text        NOT NULL,
    properties    jsonb       NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT graph_edges_pkey              PRIMARY KEY (id),
    CONSTRAINT graph_edges_from_node_id_fkey FOREIGN KEY (from_node_id) REFERENCES agent.graph_nodes (id) ON DELETE CASCADE,
    CONSTRAINT graph_edges_to_node_id_fkey   FOREIGN KEY (to_node_id)   REFERENCES agent.graph_nodes (id) ON DELETE CASCADE
);

CREATE INDEX graph_edges_from_node_id_edge_type_idx ON agent.graph_edges (from_node_id, edge_type);
CREATE INDEX graph_edges_to_node_id_edge_type_idx   ON agent.graph_edges (to_node_id, edge_type);

CREATE TRIGGER graph_edges_set_updated_at
    BEFORE UPDATE ON agent.graph_edges
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.graph_edges              IS 'Directed connections between nodes; two nodes may have several, even of one type.';
COMMENT ON COLUMN agent.graph_edges.from_node_id IS 'graph_nodes.id, not graph_nodes.node_id.';
COMMENT ON COLUMN agent.graph_edges.to_node_id   IS 'graph_nodes.id, not graph_nodes.node_id.';
COMMENT ON COLUMN agent.graph_edges.edge_type    IS 'A verb that reads from the first node to the second, such as owns, mentions, depends_on.';

-- get_graph_neighbors -------------------------------------------------------------------------------
-- The parameter is graph_nodes.node_id, the name a caller has at hand, not the id that edges refer to.
-- It bears the column's name, which wins inside the body: there, the parameter is always written with
-- the function's name before it. The empty search_path makes every other name mean the same for every
-- caller.

CREATE FUNCTION agent.get_graph_neighbors(node_id text)
RETURNS TABLE (
    direction            text,
    edge_id              bigint,
    edge_type            text,
    edge_properties      jsonb,
    neighbor_id          bigint,
    neighbor_node_id     text,
    neighbor_node_type   text,
    neighbor_properties  jsonb
)
LANGUAGE sql
STABLE
STRICT
PARALLEL SAFE
SET search_path = ''
AS $$
    SELECT 'outgoing', edge.id, edge.edge_type, edge.properties,
           neighbor.id, neighbor.node_id, neighbor.node_type, neighbor.properties
      FROM agent.graph_nodes AS origin
      JOIN agent.graph_edges AS edge     ON edge.from_node_id = origin.id
      JOIN agent.graph_nodes AS neighbor ON neighbor.id       = edge.to_node_id
     WHERE origin.node_id = get_graph_neighbors.node_id

     UNION ALL

    SELECT 'incoming', edge.id, edge.edge_type, edge.properties,
           neighbor.id, neighbor.node_id, neighbor.node_type, neighbor.properties
      FROM agent.graph_nodes AS origin
      JOIN agent.graph_edges AS edge     ON edge.to_node_id = origin.id
      JOIN agent.graph_nodes AS neighbor ON neighbor.id     = edge.from_node_id
     WHERE origin.node_id = get_graph_neighbors.node_id
       AND edge.from_node_id <> edge.to_node_id  -- an edge to itself is one edge, listed above

     ORDER BY 1 DESC, 2  -- outgoing first, then as the edges were made
$$;

COMMENT ON FUNCTION agent.get_graph_neighbors(text) IS
    'The nodes next to the one with this graph_nodes.node_id, one row for each edge: direction is outgoing (the edge begins here) or incoming. No rows for an unknown node.';

REVOKE ALL     ON FUNCTION agent.get_graph_neighbors(text) FROM PUBLIC;
GRANT  EXECUTE ON FUNCTION agent.get_graph_neighbors(text) TO erp_api, erp_service;

-- blocks --------------------------------------------------------------------------------------------

CREATE TABLE agent.blocks (
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    global_id     uuid        NOT NULL DEFAULT gen_random_uuid(),
    block_type    text        NOT NULL,
    title         text        NOT NULL,
    body_md       text        NOT NULL DEFAULT '',
    source_table  text,
    source_id     bigint,
    artifact_id   bigint,
    vector_key    text,
    graph_key     text,
    metadata      jsonb       NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT blocks_pkey             PRIMARY KEY (id),
    CONSTRAINT blocks_global_id_key    UNIQUE (global_id),
    CONSTRAINT blocks_artifact_id_fkey FOREIGN KEY (artifact_id) REFERENCES agent.artifacts (id) ON DELETE SET NULL,
    CONSTRAINT blocks_source_id_check  CHECK (source_id IS NULL OR source_table IS NOT NULL)
);

CREATE INDEX blocks_artifact_id_idx ON agent.blocks (artifact_id);
CREATE INDEX blocks_source_idx      ON agent.blocks (source_table, source_id);
CREATE INDEX blocks_block_type_idx  ON agent.blocks (block_type);
CREATE INDEX blocks_vector_key_idx  ON agent.blocks (vector_key);
CREATE INDEX blocks_graph_key_idx   ON agent.blocks (graph_key);

CREATE TRIGGER blocks_set_updated_at
    BEFORE UPDATE ON agent.blocks
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.blocks              IS 'Cards that an agent can show or be given, made from a record, an artifact or by hand.';
COMMENT ON COLUMN agent.blocks.block_type   IS 'Usual values: note, task, fact, document, summary.';
COMMENT ON COLUMN agent.blocks.body_md      IS 'Markdown.';
COMMENT ON COLUMN agent.blocks.source_table IS 'The table it was made from, with its schema, such as erp.tasks.';
COMMENT ON COLUMN agent.blocks.source_id    IS 'The id in that table.';
COMMENT ON COLUMN agent.blocks.vector_key   IS 'Where its embedding is found, in whatever store holds it.';
COMMENT ON COLUMN agent.blocks.graph_key    IS 'Its graph_nodes.node_id, where it has one (not a key).';

-- block_actions -------------------------------------------------------------------------------------

CREATE TABLE agent.block_actions (
    id                    bigint  GENERATED ALWAYS AS IDENTITY,
    block_id              bigint  NOT NULL,
    action_type           text    NOT NULL,
    tool_name             text,
    tool_params_template  jsonb   NOT NULL DEFAULT '{}',
    is_default            boolean NOT NULL DEFAULT false,
    metadata              jsonb   NOT NULL DEFAULT '{}',

    CONSTRAINT block_actions_pkey          PRIMARY KEY (id),
    CONSTRAINT block_actions_block_id_fkey FOREIGN KEY (block_id) REFERENCES agent.blocks (id) ON DELETE CASCADE
);

CREATE INDEX block_actions_block_id_idx ON agent.block_actions (block_id);
-- At most one default for each block. To move it, clear the old one first: the index is looked at row by row.
CREATE UNIQUE INDEX block_actions_one_default_per_block_idx ON agent.block_actions (block_id) WHERE is_default;

COMMENT ON TABLE  agent.block_actions                      IS 'What can be done with a block; one of them may be its default.';
COMMENT ON COLUMN agent.block_actions.action_type          IS 'Usual values: open, run, edit, link, dismiss.';
COMMENT ON COLUMN agent.block_actions.tool_name            IS 'agent.tools.name by convention (not a key: an action may wait for its tool).';
COMMENT ON COLUMN agent.block_actions.tool_params_template IS 'Object: the tool''s parameters, with placeholders for the block''s fields.';


-- ===================================================================================================
-- Planning (3)
-- ===================================================================================================

-- plans ---------------------------------------------------------------------------------------------

CREATE TABLE agent.plans (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    plan_title  text        NOT NULL,
    intent      text,
    sop         jsonb       NOT NULL DEFAULT '{}',
    client_id   text,
    status      text        NOT NULL DEFAULT 'draft',
    metadata    jsonb       NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT plans_pkey         PRIMARY KEY (id),
    CONSTRAINT plans_status_check CHECK (status IN ('draft', 'approved', 'active', 'completed', 'cancelled'))
);

CREATE INDEX plans_client_id_idx ON agent.plans (client_id);
CREATE INDEX plans_status_idx    ON agent.plans (status);

CREATE TRIGGER plans_set_updated_at
    BEFORE UPDATE ON agent.plans
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.plans           IS 'What an agent proposes to do, and how.';
COMMENT ON COLUMN agent.plans.intent    IS 'What the client asked for, in their words.';
COMMENT ON COLUMN agent.plans.sop       IS 'Standard operating procedure: the steps by which the plan is carried out.';
COMMENT ON COLUMN agent.plans.client_id IS 'For whom; empty for plans of our own.';

-- scheduler_runs ------------------------------------------------------------------------------------

CREATE TABLE agent.scheduler_runs (
    id               bigint      GENERATED ALWAYS AS IDENTITY,
    plan_id          bigint      NOT NULL,
    schedule_blocks  jsonb       NOT NULL DEFAULT '[]',
    client_id        text,
    status           text        NOT NULL DEFAULT 'pending',
    calendar_events  jsonb       NOT NULL DEFAULT '[]',
    metadata         jsonb       NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT scheduler_runs_pkey         PRIMARY KEY (id),
    CONSTRAINT scheduler_runs_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES agent.plans (id) ON DELETE RESTRICT,
    CONSTRAINT scheduler_runs_status_check CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled'))
);

CREATE INDEX scheduler_runs_plan_id_idx   ON agent.scheduler_runs (plan_id);
CREATE INDEX scheduler_runs_client_id_idx ON agent.scheduler_runs (client_id);
CREATE INDEX scheduler_runs_status_idx    ON agent.scheduler_runs (status);

CREATE TRIGGER scheduler_runs_set_updated_at
    BEFORE UPDATE ON agent.scheduler_runs
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.scheduler_runs                 IS 'Attempts to find time for a plan, with what was put into the calendar.';
COMMENT ON COLUMN agent.scheduler_runs.schedule_blocks IS 'Array: the spans of time that were proposed.';
COMMENT ON COLUMN agent.scheduler_runs.client_id       IS 'In whose calendar; empty is our own.';
COMMENT ON COLUMN agent.scheduler_runs.calendar_events IS 'Array: what was put into the calendar, with the calendar''s own ids.';

-- prompt_templates ----------------------------------------------------------------------------------

CREATE TABLE agent.prompt_templates (
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    template_name  text        NOT NULL,
    template_type  text,
    content        text        NOT NULL,
    version        integer     NOT NULL DEFAULT 1,
    variables      jsonb       NOT NULL DEFAULT '[]',
    metadata       jsonb       NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT prompt_templates_pkey              PRIMARY KEY (id),
    CONSTRAINT prompt_templates_template_name_key UNIQUE (template_name),
    CONSTRAINT prompt_templates_version_check     CHECK (version >= 1)
);

CREATE INDEX prompt_templates_template_type_idx ON agent.prompt_templates (template_type);

CREATE TRIGGER prompt_templates_set_updated_at
    BEFORE UPDATE ON agent.prompt_templates
    FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column();

COMMENT ON TABLE  agent.prompt_templates               IS 'Texts that prompts are made from, the current version of each.';
COMMENT ON COLUMN agent.prompt_templates.template_type IS 'Usual values: system, user, tool, evaluation.';
COMMENT ON COLUMN agent.prompt_templates.version       IS 'Counts revisions of the one row a name has, from 1.';
COMMENT ON COLUMN agent.prompt_templates.variables     IS 'Array: the names of the placeholders in content.';


-- ---------------------------------------------------------------------------------------------------
-- What many tables have
-- ---------------------------------------------------------------------------------------------------

DO $comments$
DECLARE
    identified regclass;
BEGIN
    FOR identified IN
        SELECT attrelid
          FROM pg_catalog.pg_attribute
          JOIN pg_catalog.pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'agent'::regnamespace AND relkind = 'r' AND attname = 'global_id'
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.global_id IS %L', identified,
                       'Identifies this row in every system; id is good in this database only.');
    END LOOP;
END
$comments$;


-- ---------------------------------------------------------------------------------------------------
-- Rights
-- ---------------------------------------------------------------------------------------------------
-- As in 001: nothing for erp_anon, no sequence for anyone, and default privileges for tables that a
-- later migration of the same role creates here.

GRANT USAGE ON SCHEMA agent TO erp_api, erp_service;

GRANT SELECT, INSERT, UPDATE         ON ALL TABLES IN SCHEMA agent TO erp_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA agent TO erp_service;

ALTER DEFAULT PRIVILEGES IN SCHEMA agent GRANT SELECT, INSERT, UPDATE         ON TABLES TO erp_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA agent GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO erp_service;

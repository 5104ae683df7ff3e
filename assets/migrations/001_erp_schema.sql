-- 001_erp_schema.sql
--
-- Purpose:         the erp schema, the business records of the portfolio: 14 tables (6 core, 8 of
--                  Pattern 8), and the database roles that the API and the services work under.
-- Created:         2026-11-22
-- Schema version:  1.0.0
-- Needs:           PostgreSQL 15 or newer; a role that may create schemas, and roles where the three
--                  below do not exist yet.
--
-- By hand:         psql -v ON_ERROR_STOP=1 -1 -f 001_erp_schema.sql
--
-- Released: this text never changes again, since erp-deploy records its checksum wherever it applies it.
-- A later change is a migration of its own (from 100 on).
--
-- Conventions, here and in 002:
--   * id is local to this database and never chosen by a writer; global_id is what other systems keep.
--   * Tables are created without IF NOT EXISTS: a half-existing schema has to fail, not to be glossed over.
--   * Columns come first, then constraints, indexes, trigger and comments of the same table. Every
--     constraint has a name, so that an error says which rule was broken.
--   * Every foreign key leads an index: PostgreSQL makes none, and a delete of the parent would scan.
--   * ON DELETE RESTRICT where a row without its parent would be a false record (a task of no project
--     it was done for, a run of no template); SET NULL where the parent is an attribute that may go
--     (who owns it, who is assigned). People and organizations are rather retired with is_active.
--   * A CHECK lists a vocabulary that the system works by; a vocabulary that belongs to its users is
--     only documented, in the comment of the column.

CREATE SCHEMA IF NOT EXISTS erp;

COMMENT ON SCHEMA erp IS 'Business records: who we work with, what we sell and deliver, and how the work runs.';


-- ---------------------------------------------------------------------------------------------------
-- Roles
-- ---------------------------------------------------------------------------------------------------
-- Roles belong to the cluster, not to this database: another database may have made them already, and
-- then they stay as they are.
--
--   erp_anon     what PostgREST is for a request without a token. It may do nothing at all, so such a
--                request is refused by PostgreSQL itself (42501, answered as 401).
--   erp_api      what PostgREST is for a request with a token: reads and writes, never deletes.
--   erp_service  what services log in as, straight at the database: reads, writes and deletes rows,
--                never alters a table. It has no password here, since a secret in a migration would be
--                in every copy of it: until an administrator sets one, it cannot log in with a password.
--
-- A timeout keeps one request from holding a small server. PostgREST applies it for the role it
-- switches to (PostgreSQL itself applies a role's settings at log-in only).
DO $roles$
DECLARE
    missing record;
BEGIN
    FOR missing IN
        SELECT name, creation, string_agg(creation, ' ') OVER () AS creations
          FROM (VALUES ('erp_anon',    'NOLOGIN', '2s'),
                       ('erp_api',     'NOLOGIN', '10s'),
                       ('erp_service', 'LOGIN',   '60s')) AS role (name, login, statement_timeout)
         CROSS JOIN LATERAL format('CREATE ROLE %I %s; ALTER ROLE %I SET statement_timeout = %L;',
                                   name, login, name, statement_timeout) AS creation
         WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name)
    LOOP
        BEGIN
            EXECUTE missing.creation;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL; -- another database of this cluster made it in this very moment
            WHEN insufficient_privilege THEN
                RAISE insufficient_privilege USING
                    MESSAGE = format('role %s does not exist, and %s may not create it', missing.name, current_user),
                    HINT    = format('Let an administrator run: %s', missing.creations);
        END;
    END LOOP;
END
$roles$;


-- ---------------------------------------------------------------------------------------------------
-- updated_at
-- ---------------------------------------------------------------------------------------------------

CREATE FUNCTION erp.update_updated_at_column()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    -- Whatever the writer sent is replaced: the column says when the row changed, not when someone said so.
    NEW.updated_at := pg_catalog.now();
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION erp.update_updated_at_column() IS
    'Trigger function: sets updated_at to the time of the transaction on every UPDATE.';

-- Triggers fire without this right; it is only needed to create one, and PUBLIC has it by default.
REVOKE ALL ON FUNCTION erp.update_updated_at_column() FROM PUBLIC;


-- ===================================================================================================
-- Core (6)
-- ===================================================================================================

-- people --------------------------------------------------------------------------------------------

CREATE TABLE erp.people (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    global_id   uuid        NOT NULL DEFAULT gen_random_uuid(),
    full_name   text        NOT NULL,
    email       text,
    handle      text,
    role_label  text,
    notes       text,
    is_active   boolean     NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT people_pkey          PRIMARY KEY (id),
    CONSTRAINT people_global_id_key UNIQUE (global_id)
);

-- Addresses are looked up whatever their case; they are not unique, since a family or a desk may share one.
CREATE INDEX people_lower_email_idx ON erp.people (lower(email));
CREATE INDEX people_handle_idx      ON erp.people (handle);

CREATE TRIGGER people_set_updated_at
    BEFORE UPDATE ON erp.people
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.people            IS 'Everyone the business knows: colleagues, clients, contacts.';
COMMENT ON COLUMN erp.people.handle     IS 'Short name in chat or on the web, without a leading @.';
COMMENT ON COLUMN erp.people.role_label IS 'What they do, in words (for people to read; grants no rights).';
COMMENT ON COLUMN erp.people.is_active  IS 'False retires a person without losing what refers to them.';

-- organizations -------------------------------------------------------------------------------------

CREATE TABLE erp.organizations (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    global_id   uuid        NOT NULL DEFAULT gen_random_uuid(),
    name        text        NOT NULL,
    website     text,
    org_type    text,
    notes       text,
    is_active   boolean     NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT organizations_pkey          PRIMARY KEY (id),
    CONSTRAINT organizations_global_id_key UNIQUE (global_id)
);

CREATE INDEX organizations_name_idx ON erp.organizations (name);

CREATE TRIGGER organizations_set_updated_at
    BEFORE UPDATE ON erp.organizations
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.organizations           IS 'Companies and other bodies: clients, partners, suppliers, ourselves.';
COMMENT ON COLUMN erp.organizations.org_type  IS 'Usual values: client, partner, vendor, internal.';
COMMENT ON COLUMN erp.organizations.is_active IS 'False retires an organization without losing what refers to it.';

-- projects ------------------------------------------------------------------------------------------

CREATE TABLE erp.projects (
    id               bigint      GENERATED ALWAYS AS IDENTITY,
    global_id        uuid        NOT NULL DEFAULT gen_random_uuid(),
    name             text        NOT NULL,
    description      text,
    owner_person_id  bigint,
    organization_id  bigint,
    status           text        NOT NULL DEFAULT 'planned',
    start_date       date,
    end_date         date,
    tags             text[]      NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT projects_pkey                 PRIMARY KEY (id),
    CONSTRAINT projects_global_id_key        UNIQUE (global_id),
    CONSTRAINT projects_owner_person_id_fkey FOREIGN KEY (owner_person_id) REFERENCES erp.people (id)        ON DELETE SET NULL,
    CONSTRAINT projects_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES erp.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT projects_status_check         CHECK (status IN ('planned', 'active', 'on_hold', 'completed', 'cancelled')),
    CONSTRAINT projects_end_date_check       CHECK (end_date >= start_date)
);

CREATE INDEX projects_owner_person_id_idx ON erp.projects (owner_person_id);
CREATE INDEX projects_organization_id_idx ON erp.projects (organization_id);
CREATE INDEX projects_status_idx          ON erp.projects (status);
CREATE INDEX projects_tags_idx            ON erp.projects USING gin (tags);

CREATE TRIGGER projects_set_updated_at
    BEFORE UPDATE ON erp.projects
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.projects                 IS 'Pieces of work with a goal, an owner and an end.';
COMMENT ON COLUMN erp.projects.organization_id IS 'For whom it is done.';
COMMENT ON COLUMN erp.projects.end_date        IS 'Planned end while it runs, actual end afterwards.';

-- engagements ---------------------------------------------------------------------------------------

CREATE TABLE erp.engagements (
    id                  bigint        GENERATED ALWAYS AS IDENTITY,
    global_id           uuid          NOT NULL DEFAULT gen_random_uuid(),
    name                text          NOT NULL,
    client_org_id       bigint,
    primary_contact_id  bigint,
    project_id          bigint,
    offer_name          text,
    status              text          NOT NULL DEFAULT 'prospect',
    start_date          date,
    end_date            date,
    value_estimate      numeric(14,2),
    notes               text,
    created_at          timestamptz   NOT NULL DEFAULT now(),
    updated_at          timestamptz   NOT NULL DEFAULT now(),

    CONSTRAINT engagements_pkey                    PRIMARY KEY (id),
    CONSTRAINT engagements_global_id_key           UNIQUE (global_id),
    CONSTRAINT engagements_client_org_id_fkey      FOREIGN KEY (client_org_id)      REFERENCES erp.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT engagements_primary_contact_id_fkey FOREIGN KEY (primary_contact_id) REFERENCES erp.people (id)        ON DELETE SET NULL,
    CONSTRAINT engagements_project_id_fkey         FOREIGN KEY (project_id)         REFERENCES erp.projects (id)      ON DELETE SET NULL,
    CONSTRAINT engagements_status_check            CHECK (status IN ('prospect', 'proposed', 'active', 'on_hold', 'completed', 'lost', 'cancelled')),
    CONSTRAINT engagements_end_date_check          CHECK (end_date >= start_date),
    CONSTRAINT engagements_value_estimate_check    CHECK (value_estimate >= 0)
);

CREATE INDEX engagements_client_org_id_idx      ON erp.engagements (client_org_id);
CREATE INDEX engagements_primary_contact_id_idx ON erp.engagements (primary_contact_id);
CREATE INDEX engagements_project_id_idx         ON erp.engagements (project_id);
CREATE INDEX engagements_status_idx             ON erp.engagements (status);

CREATE TRIGGER engagements_set_updated_at
    BEFORE UPDATE ON erp.engagements
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.engagements                IS 'Client work from first contact to close: who, for what offer, worth how much.';
COMMENT ON COLUMN erp.engagements.client_org_id  IS 'Empty while the prospect is a person alone.';
COMMENT ON COLUMN erp.engagements.offer_name     IS 'The offer as it was put to the client; kept as text, so that renaming erp.offers does not rewrite history.';
COMMENT ON COLUMN erp.engagements.status         IS 'lost: the client declined; cancelled: ended after it had begun.';
COMMENT ON COLUMN erp.engagements.value_estimate IS 'Expected total, in the currency of the business.';

-- tasks ---------------------------------------------------------------------------------------------

CREATE TABLE erp.tasks (
    id               bigint       GENERATED ALWAYS AS IDENTITY,
    global_id        uuid         NOT NULL DEFAULT gen_random_uuid(),
    title            text         NOT NULL,
    description      text,
    project_id       bigint,
    engagement_id    bigint,
    assignee_id      bigint,
    status           text         NOT NULL DEFAULT 'todo',
    priority         text         NOT NULL DEFAULT 'medium',
    due_date         date,
    estimated_hours  numeric(8,2),
    actual_hours     numeric(8,2),
    tags             text[]       NOT NULL DEFAULT '{}',
    created_at       timestamptz  NOT NULL DEFAULT now(),
    updated_at       timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT tasks_pkey                  PRIMARY KEY (id),
    CONSTRAINT tasks_global_id_key         UNIQUE (global_id),
    CONSTRAINT tasks_project_id_fkey       FOREIGN KEY (project_id)    REFERENCES erp.projects (id)    ON DELETE RESTRICT,
    CONSTRAINT tasks_engagement_id_fkey    FOREIGN KEY (engagement_id) REFERENCES erp.engagements (id) ON DELETE RESTRICT,
    CONSTRAINT tasks_assignee_id_fkey      FOREIGN KEY (assignee_id)   REFERENCES erp.people (id)      ON DELETE SET NULL,
    CONSTRAINT tasks_status_check          CHECK (status IN ('todo', 'in_progress', 'blocked', 'done', 'cancelled')),
    CONSTRAINT tasks_priority_check        CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    CONSTRAINT tasks_estimated_hours_check CHECK (estimated_hours >= 0),
    CONSTRAINT tasks_actual_hours_check    CHECK (actual_hours >= 0)
);

CREATE INDEX tasks_project_id_idx      ON erp.tasks (project_id);
CREATE INDEX tasks_engagement_id_idx   ON erp.tasks (engagement_id);
CREATE INDEX tasks_assignee_id_idx     ON erp.tasks (assignee_id);
CREATE INDEX tasks_status_due_date_idx ON erp.tasks (status, due_date);
CREATE INDEX tasks_tags_idx            ON erp.tasks USING gin (tags);

CREATE TRIGGER tasks_set_updated_at
    BEFORE UPDATE ON erp.tasks
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.tasks             IS 'Single things to do, on a project, an engagement, both or neither.';
COMMENT ON COLUMN erp.tasks.assignee_id IS 'Who does it; empty is unassigned.';

-- okrs ----------------------------------------------------------------------------------------------

CREATE TABLE erp.okrs (
    id                  bigint      GENERATED ALWAYS AS IDENTITY,
    global_id           uuid        NOT NULL DEFAULT gen_random_uuid(),
    owner_person_id     bigint,
    venture_name        text,
    objective           text        NOT NULL,
    key_results         jsonb       NOT NULL DEFAULT '[]',
    time_horizon_start  date,
    time_horizon_end    date,
    status              text        NOT NULL DEFAULT 'draft',
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT okrs_pkey                   PRIMARY KEY (id),
    CONSTRAINT okrs_global_id_key          UNIQUE (global_id),
    CONSTRAINT okrs_owner_person_id_fkey   FOREIGN KEY (owner_person_id) REFERENCES erp.people (id) ON DELETE SET NULL,
    CONSTRAINT okrs_status_check           CHECK (status IN ('draft', 'active', 'achieved', 'missed', 'cancelled')),
    CONSTRAINT okrs_time_horizon_end_check CHECK (time_horizon_end >= time_horizon_start)
);

CREATE INDEX okrs_owner_person_id_idx ON erp.okrs (owner_person_id);
CREATE INDEX okrs_status_idx          ON erp.okrs (status);

CREATE TRIGGER okrs_set_updated_at
    BEFORE UPDATE ON erp.okrs
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.okrs              IS 'Objectives, each with the key results that show whether it was reached.';
COMMENT ON COLUMN erp.okrs.venture_name IS 'The venture it belongs to, by name (erp.ventures.name by convention; not a key).';
COMMENT ON COLUMN erp.okrs.key_results  IS 'Array of objects, one for each key result: what is measured, from where, to where, how far.';


-- ===================================================================================================
-- Pattern 8 (8)
-- ===================================================================================================
-- Blueprint -> workflow -> process template -> execution run: what the service is, how it is done, the
-- checklist it is done by, and each time it was done.

-- service_blueprints --------------------------------------------------------------------------------

CREATE TABLE erp.service_blueprints (
    id                 bigint      GENERATED ALWAYS AS IDENTITY,
    global_id          uuid        NOT NULL DEFAULT gen_random_uuid(),
    name               text        NOT NULL,
    description        text,
    customer_actions   text,
    frontstage         text,
    backstage          text,
    support_processes  text,
    evidence           text,
    version            integer     NOT NULL DEFAULT 1,
    status             text        NOT NULL DEFAULT 'draft',
    tags               text[]      NOT NULL DEFAULT '{}',
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT service_blueprints_pkey          PRIMARY KEY (id),
    CONSTRAINT service_blueprints_global_id_key UNIQUE (global_id),
    CONSTRAINT service_blueprints_version_check CHECK (version >= 1),
    CONSTRAINT service_blueprints_status_check  CHECK (status IN ('draft', 'active', 'archived'))
);

CREATE INDEX service_blueprints_status_idx ON erp.service_blueprints (status);
CREATE INDEX service_blueprints_tags_idx   ON erp.service_blueprints USING gin (tags);

CREATE TRIGGER service_blueprints_set_updated_at
    BEFORE UPDATE ON erp.service_blueprints
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.service_blueprints                   IS 'A service from the customer''s side to what supports it, in the five rows of a service blueprint.';
COMMENT ON COLUMN erp.service_blueprints.customer_actions  IS 'What the customer does.';
COMMENT ON COLUMN erp.service_blueprints.frontstage        IS 'What we do where the customer sees it.';
COMMENT ON COLUMN erp.service_blueprints.backstage         IS 'What we do where the customer does not.';
COMMENT ON COLUMN erp.service_blueprints.support_processes IS 'What others or systems do so that we can.';
COMMENT ON COLUMN erp.service_blueprints.evidence          IS 'What the customer is left with to see or hold.';
COMMENT ON COLUMN erp.service_blueprints.version           IS 'Counts revisions, from 1.';

-- workflows -----------------------------------------------------------------------------------------

CREATE TABLE erp.workflows (
    id                    bigint       GENERATED ALWAYS AS IDENTITY,
    global_id             uuid         NOT NULL DEFAULT gen_random_uuid(),
    service_blueprint_id  bigint,
    name                  text         NOT NULL,
    description           text,
    steps                 jsonb        NOT NULL DEFAULT '[]',
    estimated_hours       numeric(8,2),
    automation_status     text         NOT NULL DEFAULT 'manual',
    version               integer      NOT NULL DEFAULT 1,
    status                text         NOT NULL DEFAULT 'draft',
    tags                  text[]       NOT NULL DEFAULT '{}',
    created_at            timestamptz  NOT NULL DEFAULT now(),
    updated_at            timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT workflows_pkey                      PRIMARY KEY (id),
    CONSTRAINT workflows_global_id_key             UNIQUE (global_id),
    CONSTRAINT workflows_service_blueprint_id_fkey FOREIGN KEY (service_blueprint_id) REFERENCES erp.service_blueprints (id) ON DELETE RESTRICT,
    CONSTRAINT workflows_estimated_hours_check     CHECK (estimated_hours >= 0),
    CONSTRAINT workflows_automation_status_check   CHECK (automation_status IN ('manual', 'partial', 'automated')),
    CONSTRAINT workflows_version_check             CHECK (version >= 1),
    CONSTRAINT workflows_status_check              CHECK (status IN ('draft', 'active', 'archived'))
);

CREATE INDEX workflows_service_blueprint_id_idx ON erp.workflows (service_blueprint_id);
CREATE INDEX workflows_status_idx               ON erp.workflows (status);
CREATE INDEX workflows_tags_idx                 ON erp.workflows USING gin (tags);

CREATE TRIGGER workflows_set_updated_at
    BEFORE UPDATE ON erp.workflows
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.workflows                   IS 'How a service is done, step by step.';
COMMENT ON COLUMN erp.workflows.steps             IS 'Array of steps, in order.';
COMMENT ON COLUMN erp.workflows.automation_status IS 'How much of it runs without a person.';
COMMENT ON COLUMN erp.workflows.version           IS 'Counts revisions, from 1.';

-- process_templates ---------------------------------------------------------------------------------

CREATE TABLE erp.process_templates (
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    global_id      uuid        NOT NULL DEFAULT gen_random_uuid(),
    workflow_id    bigint,
    name           text        NOT NULL,
    checklist      jsonb       NOT NULL DEFAULT '[]',
    template_type  text,
    version        integer     NOT NULL DEFAULT 1,
    status         text        NOT NULL DEFAULT 'draft',
    tags           text[]      NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT process_templates_pkey             PRIMARY KEY (id),
    CONSTRAINT process_templates_global_id_key    UNIQUE (global_id),
    CONSTRAINT process_templates_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES erp.workflows (id) ON DELETE RESTRICT,
    CONSTRAINT process_templates_version_check    CHECK (version >= 1),
    CONSTRAINT process_templates_status_check     CHECK (status IN ('draft', 'active', 'archived'))
);

CREATE INDEX process_templates_workflow_id_idx ON erp.process_templates (workflow_id);
CREATE INDEX process_templates_status_idx      ON erp.process_templates (status);
CREATE INDEX process_templates_tags_idx        ON erp.process_templates USING gin (tags);

CREATE TRIGGER process_templates_set_updated_at
    BEFORE UPDATE ON erp.process_templates
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.process_templates               IS 'Checklists that a workflow is carried out by, ready to be run.';
COMMENT ON COLUMN erp.process_templates.checklist     IS 'Array of items, in order.';
COMMENT ON COLUMN erp.process_templates.template_type IS 'Usual values: onboarding, delivery, review, offboarding.';
COMMENT ON COLUMN erp.process_templates.version       IS 'Counts revisions, from 1.';

-- execution_runs ------------------------------------------------------------------------------------

CREATE TABLE erp.execution_runs (
    id                   bigint       GENERATED ALWAYS AS IDENTITY,
    global_id            uuid         NOT NULL DEFAULT gen_random_uuid(),
    process_template_id  bigint,
    run_identifier       text         NOT NULL,
    status               text         NOT NULL DEFAULT 'pending',
    started_at           timestamptz,
    ended_at             timestamptz,
    estimated_hours      numeric(8,2),
    actual_hours         numeric(8,2),
    -- Null propagates from either side, and an estimate of 0 has no percentage: NULLIF makes it null too.
    variance_pct         numeric      GENERATED ALWAYS AS (round((actual_hours - estimated_hours) / NULLIF(estimated_hours, 0) * 100, 2)) STORED,
    metadata             jsonb        NOT NULL DEFAULT '{}',
    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT execution_runs_pkey                     PRIMARY KEY (id),
    CONSTRAINT execution_runs_global_id_key            UNIQUE (global_id),
    CONSTRAINT execution_runs_run_identifier_key       UNIQUE (run_identifier),
    CONSTRAINT execution_runs_process_template_id_fkey FOREIGN KEY (process_template_id) REFERENCES erp.process_templates (id) ON DELETE RESTRICT,
    CONSTRAINT execution_runs_status_check             CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT execution_runs_ended_at_check           CHECK (ended_at >= started_at),
    CONSTRAINT execution_runs_estimated_hours_check    CHECK (estimated_hours >= 0),
    CONSTRAINT execution_runs_actual_hours_check       CHECK (actual_hours >= 0)
);

CREATE INDEX execution_runs_process_template_id_idx ON erp.execution_runs (process_template_id);
CREATE INDEX execution_runs_status_started_at_idx   ON erp.execution_runs (status, started_at);

CREATE TRIGGER execution_runs_set_updated_at
    BEFORE UPDATE ON erp.execution_runs
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.execution_runs                     IS 'Each time a process template was carried out: when, how long, how far off the estimate.';
COMMENT ON COLUMN erp.execution_runs.process_template_id IS 'Empty for work that had no template.';
COMMENT ON COLUMN erp.execution_runs.run_identifier      IS 'The run''s name in the system that carries it out; unique over all templates.';
COMMENT ON COLUMN erp.execution_runs.started_at          IS 'Empty while the run is pending.';
COMMENT ON COLUMN erp.execution_runs.variance_pct        IS '(actual_hours - estimated_hours) / estimated_hours * 100, computed; positive is over the estimate, null where the estimate is null or 0.';

-- ventures ------------------------------------------------------------------------------------------

CREATE TABLE erp.ventures (
    id               bigint      GENERATED ALWAYS AS IDENTITY,
    global_id        uuid        NOT NULL DEFAULT gen_random_uuid(),
    name             text        NOT NULL,
    description      text,
    status           text        NOT NULL DEFAULT 'idea',
    owner_person_id  bigint,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT ventures_pkey                 PRIMARY KEY (id),
    CONSTRAINT ventures_global_id_key        UNIQUE (global_id),
    CONSTRAINT ventures_status_check         CHECK (status IN ('idea', 'active', 'paused', 'closed')),
    CONSTRAINT ventures_owner_person_id_fkey FOREIGN KEY (owner_person_id) REFERENCES erp.people (id) ON DELETE SET NULL
);

CREATE INDEX ventures_owner_person_id_idx ON erp.ventures (owner_person_id);
CREATE INDEX ventures_status_idx          ON erp.ventures (status);

CREATE TRIGGER ventures_set_updated_at
    BEFORE UPDATE ON erp.ventures
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE erp.ventures IS 'Lines of business in the portfolio, from idea to close.';

-- sprints -------------------------------------------------------------------------------------------

CREATE TABLE erp.sprints (
    id              bigint       GENERATED ALWAYS AS IDENTITY,
    global_id       uuid         NOT NULL DEFAULT gen_random_uuid(),
    name            text         NOT NULL,
    start_date      date,
    end_date        date,
    capacity_hours  numeric(8,2),
    status          text         NOT NULL DEFAULT 'planned',
    created_at      timestamptz  NOT NULL DEFAULT now(),
    updated_at      timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT sprints_pkey                 PRIMARY KEY (id),
    CONSTRAINT sprints_global_id_key        UNIQUE (global_id),
    CONSTRAINT sprints_end_date_check       CHECK (end_date >= start_date),
    CONSTRAINT sprints_capacity_hours_check CHECK (capacity_hours >= 0),
    CONSTRAINT sprints_status_check         CHECK (status IN ('planned', 'active', 'completed', 'cancelled'))
);

CREATE INDEX sprints_status_idx     ON erp.sprints (status);
CREATE INDEX sprints_start_date_idx ON erp.sprints (start_date);

CREATE TRIGGER sprints_set_updated_at
    BEFORE UPDATE ON erp.sprints
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.sprints                IS 'Spans of time that work is planned into.';
COMMENT ON COLUMN erp.sprints.capacity_hours IS 'Hours of work that all together can give in it.';

-- offers --------------------------------------------------------------------------------------------

CREATE TABLE erp.offers (
    id                    bigint      GENERATED ALWAYS AS IDENTITY,
    global_id             uuid        NOT NULL DEFAULT gen_random_uuid(),
    service_blueprint_id  bigint,
    name                  text        NOT NULL,
    description           text,
    pricing_model         text,
    status                text        NOT NULL DEFAULT 'draft',
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT offers_pkey                      PRIMARY KEY (id),
    CONSTRAINT offers_global_id_key             UNIQUE (global_id),
    CONSTRAINT offers_service_blueprint_id_fkey FOREIGN KEY (service_blueprint_id) REFERENCES erp.service_blueprints (id) ON DELETE RESTRICT,
    CONSTRAINT offers_status_check              CHECK (status IN ('draft', 'active', 'retired'))
);

CREATE INDEX offers_service_blueprint_id_idx ON erp.offers (service_blueprint_id);
CREATE INDEX offers_status_idx               ON erp.offers (status);

CREATE TRIGGER offers_set_updated_at
    BEFORE UPDATE ON erp.offers
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.offers               IS 'What can be bought: a service, packaged and priced.';
COMMENT ON COLUMN erp.offers.pricing_model IS 'Usual values: fixed, hourly, retainer, subscription, value_based.';

-- deliverables --------------------------------------------------------------------------------------

CREATE TABLE erp.deliverables (
    id             bigint      GENERATED ALWAYS AS IDENTITY,
    global_id      uuid        NOT NULL DEFAULT gen_random_uuid(),
    engagement_id  bigint,
    offer_id       bigint,
    name           text        NOT NULL,
    description    text,
    due_date       date,
    status         text        NOT NULL DEFAULT 'planned',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT deliverables_pkey               PRIMARY KEY (id),
    CONSTRAINT deliverables_global_id_key      UNIQUE (global_id),
    CONSTRAINT deliverables_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES erp.engagements (id) ON DELETE RESTRICT,
    CONSTRAINT deliverables_offer_id_fkey      FOREIGN KEY (offer_id)      REFERENCES erp.offers (id)      ON DELETE SET NULL,
    CONSTRAINT deliverables_status_check       CHECK (status IN ('planned', 'in_progress', 'delivered', 'accepted', 'cancelled'))
);

CREATE INDEX deliverables_engagement_id_idx   ON erp.deliverables (engagement_id);
CREATE INDEX deliverables_offer_id_idx        ON erp.deliverables (offer_id);
CREATE INDEX deliverables_status_due_date_idx ON erp.deliverables (status, due_date);

CREATE TRIGGER deliverables_set_updated_at
    BEFORE UPDATE ON erp.deliverables
    FOR EACH ROW EXECUTE FUNCTION erp.update_updated_at_column();

COMMENT ON TABLE  erp.deliverables               IS 'What an engagement owes the client, or what an offer comes with as a standard.';
COMMENT ON COLUMN erp.deliverables.engagement_id IS 'Empty for the standard deliverable of an offer.';
COMMENT ON COLUMN erp.deliverables.status        IS 'delivered: handed over; accepted: the client agreed that it is what was owed.';


-- ---------------------------------------------------------------------------------------------------
-- What every table has
-- ---------------------------------------------------------------------------------------------------

DO $comments$
DECLARE
    identified regclass;
BEGIN
    FOR identified IN
        SELECT attrelid
          FROM pg_catalog.pg_attribute
          JOIN pg_catalog.pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'erp'::regnamespace AND relkind = 'r' AND attname = 'global_id'
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.global_id IS %L', identified,
                       'Identifies this row in every system; id is good in this database only.');
    END LOOP;
END
$comments$;


-- ---------------------------------------------------------------------------------------------------
-- Rights
-- ---------------------------------------------------------------------------------------------------
-- erp_anon is not named: what is not granted is refused. No sequence is granted either: an identity
-- column draws its numbers without a right of the writer (a serial column would need one).
--
-- The default privileges are for tables that a later migration of the same role creates here.

GRANT USAGE ON SCHEMA erp TO erp_api, erp_service;

GRANT SELECT, INSERT, UPDATE         ON ALL TABLES IN SCHEMA erp TO erp_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA erp TO erp_service;

ALTER DEFAULT PRIVILEGES IN SCHEMA erp GRANT SELECT, INSERT, UPDATE         ON TABLES TO erp_api;
ALTER DEFAULT PRIVILEGES IN SCHEMA erp GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO erp_service;

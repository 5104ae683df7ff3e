/** Two small schemas, and the roles that PostgREST uses. */
export const shop = `
  create role erp_anon nologin; create role erp_api nologin;
  alter role erp_api set statement_timeout = '9s'; alter role erp_anon set statement_timeout = '2s';
  create role erp_authenticator login noinherit password 'its password';
  grant erp_anon, erp_api to erp_authenticator;
  create role stranger nologin;
  create schema erp; create schema agent;
  create table erp.people (id bigint generated always as identity primary key, name text not null,
    email text unique, born date, "odd ""name" int default 1);
  create table erp.tasks (id bigint generated always as identity primary key,
    person_id bigint not null references erp.people, constraint tasks_positive check (person_id > 0));
  create table agent.sessions (id bigint generated always as identity primary key, note text);
  create function erp.twice(n int) returns int language sql immutable as 'select n * 2';
  create function erp.named(part text, most int default 10) returns setof erp.people language sql stable
    as 'select * from erp.people where name like part || ''%'' limit most';
  create function erp.settings() returns json language sql stable as $$ select json_build_object(
    'timeout', current_setting('statement_timeout'), 'role', current_user,
    'claims', current_setting('request.jwt.claims')::json, 'path', current_setting('search_path')) $$;
  create function erp.touch() returns void language sql volatile as 'insert into erp.people (name) values (''touched'')';
  create function erp.slow() returns void language sql volatile as 'select pg_sleep(30)';
  grant usage on schema erp, agent to erp_api;
  grant select, insert, update on all tables in schema erp, agent to erp_api;
  insert into erp.people (name, email, born) values
    ('Ada', 'ada@example.org', '1815-12-10'), ('Grace', 'grace@example.org', '1906-12-09'), ('Alan', null, null);
  insert into agent.sessions (note) values ('first')`;

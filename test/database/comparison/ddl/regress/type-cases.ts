import type { DdlCase } from '../ddl-case.ts';

/** Types, domains, casts, operators, collations and text search. */
export const typeCases: readonly DdlCase[] = [
  {
    title:
      'labels of an enum that were added before and after others, one renamed, and an enum without labels',
    sql: `create type depot.fit as enum ('m', 'it''s big'); alter type depot.fit add value 's' before 'm';
      alter type depot.fit add value 'xl' after 'm'; alter type depot.fit rename value 'm' to 'medium'; create type depot.blank as enum ()`,
    damage: `alter type depot.fit rename value 'xl' to 'xxl'; alter type depot.fit rename value 's' to 'small'`,
    names: 'type depot.fit: labels',
  },
  {
    title: 'a range with its own multirange, in a column, a default and an index',
    sql: `create function depot.diff(int8, int8) returns float8 language sql immutable as 'select ($1 - $2)::float8'; create type depot.span as range (subtype = int8, multirange_type_name = depot.spans, subtype_diff = depot.diff);
      create table depot.lane (id int, part depot.span default '[1,5)', parts depot.spans default '{[1,2),[4,5)}', check (not isempty(part)));
      create index lane_part on depot.lane using gist (part); insert into depot.lane values (1)`,
    damage: 'alter table depot.lane alter column parts drop default; drop index depot.lane_part',
    names: 'column depot.lane.parts: default',
    rows: 'select count(*) from depot.lane',
  },
  {
    title: 'an enum in an array, a default, a check, a partition key and an argument',
    sql: `create type depot.hue as enum ('red', 'dark red', 'it''s blue');
      create table depot.paint (hue depot.hue default 'red', mix depot.hue[] default '{red,"dark red"}', check (hue <> 'it''s blue')) partition by list (hue);
      create table depot.paint_red partition of depot.paint for values in ('red', 'dark red');
      create function depot.is_warm(h depot.hue default 'red') returns boolean language sql immutable as $$select h = any ('{red,dark red}'::depot.hue[])$$;
      create index paint_warm on depot.paint (depot.is_warm(hue)); insert into depot.paint values (default)`,
    damage: `alter type depot.hue rename value 'red' to 'Red'; alter table depot.paint alter column mix set default '{Red}'`,
    names: 'type depot.hue: labels',
    rows: 'select count(*) from depot.paint',
  },
  {
    title: 'a domain over a composite, over an array and over another domain',
    sql: `create type depot.size as (w int, h int); create domain depot.positive as depot.size check ((value).w > 0 and (value).h > 0);
      create domain depot.word as text collate "C" not null default 'x' constraint short check (length(value) < 9) constraint plain check (value ~ '^\\w+$');
      create domain depot.title as depot.word constraint "Capital" check (value = initcap(value)); create domain depot.words as depot.word[] check (cardinality(value) <= 3);
      create table depot.tile (id int, size depot.positive, title depot.title, tags depot.words); insert into depot.tile values (1, row(1, 2), 'Ab', '{ab}')`,
    damage: 'alter domain depot.word drop constraint plain; alter domain depot.title set default $$Y$$',
    names: 'domain depot.word: check plain',
    rows: 'select count(*) from depot.tile',
    byHand: true,
  },
  {
    title: 'a composite type within a composite type, in a column and a function',
    sql: `create type depot.geo as (lat float8, lon float8); create type depot.spot as (name text collate "C", at depot.geo, more depot.geo[]);
      create table depot.trip (id int, stop depot.spot default row('x', row(1, 2), null)::depot.spot, check ((stop).at.lat > 0));
      create function depot.first(s depot.spot) returns setof depot.geo rows 5 language sql stable as $$select (s).at union all select unnest((s).more)$$; insert into depot.trip values (1)`,
    damage: 'drop function depot.first(depot.spot); alter table depot.trip alter column stop drop default',
    names: 'function depot.first(depot.spot): missing',
    rows: 'select count(*) from depot.trip',
  },
  {
    title: 'attributes of a composite type that were added and dropped',
    sql: 'create type depot.parts as (a int, b text, c date)',
    damage: 'alter type depot.parts drop attribute b, add attribute d int',
    names: 'type depot.parts: attribute b',
  },
  {
    title: 'casts: with a function, by input and output, implicit and in assignments',
    sql: `create type depot.temp as (deg int); create type depot.mood as enum ('a');
      create function depot.to_temp(int) returns depot.temp language sql immutable as 'select row($1)::depot.temp';
      create cast (int as depot.temp) with function depot.to_temp(int) as assignment; create cast (depot.mood as int) with inout; create cast (text as depot.mood) with inout as implicit`,
    damage:
      'drop cast (int as depot.temp); create cast (int as depot.temp) with function depot.to_temp(int) as implicit; drop cast (depot.mood as int)',
    names: 'cast (integer as depot.temp): definition',
  },
  {
    title: 'operators with a class and a family, and an index that uses them',
    sql: `create type depot.ver as (major int, minor int);
      create function depot.ver_lt(depot.ver, depot.ver) returns bool language sql immutable as 'select $1.major < $2.major or ($1.major = $2.major and $1.minor < $2.minor)';
      create function depot.ver_eq(depot.ver, depot.ver) returns bool language sql immutable as 'select $1.major = $2.major and $1.minor = $2.minor';
      create operator depot.<<< (function = depot.ver_lt, leftarg = depot.ver, rightarg = depot.ver);
      create operator depot.=== (function = depot.ver_eq, leftarg = depot.ver, rightarg = depot.ver, commutator = operator(depot.===), restrict = eqsel);
      create table depot.release (v depot.ver, check (v operator(depot.===) v)); create view depot.old as select * from depot.release where v operator(depot.<<<) row(1, 0)::depot.ver;
      create operator family depot.ver_family using btree`,
    damage: 'drop view depot.old; drop operator depot.<<< (depot.ver, depot.ver)',
    names: 'view depot.old: missing',
    byHand: true,
  },
  {
    title: 'collations: of ICU, not deterministic, copied, in indexes and partition keys',
    sql: `create collation depot.german (provider = icu, locale = 'de-u-co-phonebk'); create collation depot.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      create collation depot.same from "C"; create table depot.person (name text collate depot.german, nick text collate depot.blind, code text) partition by list (code collate depot.same);
      create index person_name on depot.person (name collate "C", code collate depot.german)`,
    damage: 'drop index depot.person_name; alter table depot.person alter column nick type text collate "C"',
    names: 'column depot.person.nick: type',
  },
  {
    title: 'text search: configuration, dictionary, generated vector and its index',
    sql: `create text search dictionary depot.simple_nl (template = simple, stopwords = english); create text search configuration depot.shop (copy = english);
      alter text search configuration depot.shop alter mapping for asciiword with depot.simple_nl, english_stem;
      create table depot.article (id int, title text, body text, words tsvector generated always as (setweight(to_tsvector('depot.shop', coalesce(title, '')), 'A') || to_tsvector('depot.shop', coalesce(body, ''))) stored);
      create index article_words on depot.article using gin (words); insert into depot.article values (1, 'a', 'b')`,
    damage: 'drop index depot.article_words; alter table depot.article alter column words drop expression',
    names: 'column depot.article.words: generated',
    rows: 'select count(*) from depot.article',
  },
  {
    title: 'aggregates: moving, ordered set, hypothetical, with several arguments and order',
    sql: `create function depot.add(int8, int4) returns int8 language sql immutable strict as 'select $1 + $2'; create function depot.sub(int8, int4) returns int8 language sql immutable strict as 'select $1 - $2';
      create function depot.fin(int8) returns text language sql immutable as 'select $1::text';
      create aggregate depot.total(int4) (sfunc = depot.add, stype = int8, initcond = '0', finalfunc = depot.fin, msfunc = depot.add, minvfunc = depot.sub, mstype = int8, minitcond = '0', mfinalfunc = depot.fin, parallel = safe);
      create aggregate depot.middle(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
      create aggregate depot.top(int4) (sfunc = int4larger, stype = int4, sortop = >); create view depot.totals as select depot.total(n) from generate_series(1, 3) n`,
    damage: `drop view depot.totals; drop aggregate depot.total(int4); create aggregate depot.total(int4) (sfunc = depot.add, stype = int8, initcond = '1')`,
    names: 'aggregate depot.total(integer): definition',
  },
  {
    title: 'sequences of every kind',
    sql: `create sequence depot.small as smallint increment -2 minvalue -100 maxvalue -1 start -3 cache 5 cycle; create sequence depot.plain;
      create table depot.uses (id bigint default nextval('depot.plain'), other smallserial); alter sequence depot.plain owned by depot.uses.id; create unlogged table depot.off (id serial)`,
    damage:
      'alter sequence depot.small no cycle cache 1; alter sequence depot.plain owned by none; alter sequence depot.plain as int',
    names: 'sequence depot.plain: owned by',
  },
];

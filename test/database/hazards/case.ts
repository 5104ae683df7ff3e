import type { RuleName } from '../../../src/database/hazards/rules.ts';

/** A statement to which a rule applies, on the tables of `base`. */
export interface Case {
  /** SQL for objects that have to exist besides the tables of `base`. */
  readonly setup?: string;
  /** The migration. Its first hazard of this rule is compared with what the server does. */
  readonly file: string;
  /** Files that together achieve the same safely; none if the advice is to leave the statement out. */
  readonly safe: readonly string[];
  /** A similar file to which the rule must not apply. */
  readonly quiet: string;
  /** Set if the server rejects the file because of the rows; `alike` takes the same lock, and is accepted. */
  readonly fails?: { readonly code: string; readonly alike: string };
  /** The oldest major version that has the statement. */
  readonly since?: number;
}

export type Cases = Readonly<Partial<Record<RuleName, Case>>>;

/** Every case starts with these tables; 300 rows are more than one page. */
export const base = `
create schema h;
create table h.t (id int primary key, n int, v varchar(50), x text, made timestamp, m numeric(10, 2));
create table h.other (id int primary key, t_id int);
create table h.empty (id int primary key, n int);
create table h.parts (id int not null, n int) partition by range (id);
create table h.part_1 partition of h.parts for values from (0) to (1000);
create table h.ready (id int not null, n int);
insert into h.t select i, i, 'v' || i, 'x', '2026-01-01', 1.5 from generate_series(1, 300) i;
insert into h.other select i, i from generate_series(1, 300) i;
insert into h.parts select i, i from generate_series(1, 300) i;
insert into h.ready select i, i from generate_series(1001, 1300) i;
create type h.mood as enum ('calm', 'loud');
`;

export const noTransaction = '-- erp-deploy: no-transaction\n';

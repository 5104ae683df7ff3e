import { byHand, type Change, type Changes, quoted } from './change.ts';

const flag: Change = (wanted, live, _expected, aspect) => [
  `alter role ${live.name} ${wanted === 'yes' ? '' : 'no'}${aspect}`,
];

/** An attribute whose name varies (`setting statement_timeout`) is found by its first words. */
export const roleChanges: Changes = {
  login: flag,
  inherit: flag,
  superuser: flag,
  createdb: flag,
  createrole: flag,
  replication: flag,
  bypassrls: flag,
  'connection limit': (wanted, live) => [`alter role ${live.name} connection limit ${wanted}`],
  'valid until': (wanted, live) => [`alter role ${live.name} valid until ${quoted(wanted ?? 'infinity')}`],
  owner: byHand,
  setting: (wanted, live, _expected, aspect) => [setting(live.name, aspect.slice('setting '.length), wanted)],
  'member of': (wanted, live, _expected, aspect) =>
    membership(live.name, aspect.slice('member of '.length), wanted),
};

/** The values of settings that are lists are SQL; all others are plain values. */
const list = /^(search_path|.*_preload_libraries|temp_tablespaces)$/;

function setting(role: string, aspect: string, wanted: string | null): string {
  const [name = '', here] = aspect.split(' in this database');
  const clause =
    wanted === null ? `reset ${name}` : `set ${name} to ${list.test(name) ? wanted : quoted(wanted)}`;
  if (here === undefined) return `alter role ${role} ${clause}`;
  return `do $$ begin execute format(${quoted(`alter role ${role} in database %I ${clause}`)}, current_database()); end $$`;
}

/** The inherit option exists from PostgreSQL 16 on; its default needs no clause. */
function membership(role: string, parent: string, wanted: string | null): string[] {
  if (wanted === null) return [`revoke ${parent} from ${role}`];
  const admin = wanted.endsWith('admin') ? ' with admin option' : '';
  return [`revoke ${parent} from ${role}`, `grant ${parent} to ${role}${admin}`];
}

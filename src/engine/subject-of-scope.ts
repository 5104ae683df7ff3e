import type { ChangeSubject } from '../domain/change-subject.ts';

/** Returns the subject of a change by its scope, which is all that earlier versions recorded; null if it names none. */
export function subjectOfScope(scope: string): ChangeSubject | null {
  const [, kind, what = ''] = /^(\w+):(.+)$/s.exec(scope) ?? [];
  switch (kind) {
    case 'write':
      return writeSubject(what);
    case 'move': {
      const [, from, to] = /^(.+):(.+)$/s.exec(what) ?? [];
      return from === undefined || to === undefined ? null : { kind, from, to };
    }
    case 'command':
      return commandSubject(what);
    case 'sql':
      return sqlSubject(what);
    case 'request': {
      const [, method, url] = /^(\w+):(.+)$/s.exec(what) ?? [];
      return method === undefined || url === undefined ? null : { kind, method, url };
    }
    default:
      return null;
  }
}

function writeSubject(what: string): ChangeSubject {
  const [, host, path = '', mode] = /^(production:)?(.+?)(:mode)?$/s.exec(what) ?? [];
  return {
    kind: 'write',
    host: host === undefined ? 'here' : 'production',
    path,
    ...(mode === undefined ? {} : { part: 'mode' }),
  };
}

function commandSubject(what: string): ChangeSubject | null {
  const [, host, name] = /^(here|production):(.*)$/s.exec(what) ?? [];
  if (host === undefined || name === undefined) return null;
  const purpose = makesDump(name) ? 'dump' : isComparison(name) ? 'compare-dump' : null;
  return {
    kind: 'command',
    host: host === 'here' ? 'here' : 'production',
    name,
    ...(purpose === null ? {} : { purpose }),
  };
}

/** At first the script of `dump.sh` was an argument, and had no name. */
function makesDump(command: string): boolean {
  return / dump\.sh \d+ make /.test(command) || command.includes('pg pg_dump --no-password --format=custom');
}

function isComparison(command: string): boolean {
  return /^compare \S+ in a scratch database$/.test(command);
}

const databases = ['embedded', 'docker', 'production'] as const;

function sqlSubject(what: string): ChangeSubject | null {
  const [, name, operation = '', rest = ''] = /^(\w+):([\w-]+)(?::(.+))?$/s.exec(what) ?? [];
  const database = databases.find((one) => one === name);
  if (database === undefined) return null;
  return {
    kind: 'sql',
    database,
    operation,
    ...(operation === 'migrate' ? { migration: rest } : {}),
    ...(operation === 'end-session' ? { pid: Number(rest) } : {}),
  };
}

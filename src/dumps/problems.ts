import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Archive } from './archive.ts';
import type { KeptDump } from './kept-dumps.ts';
import type { DumpLocation } from './location.ts';

export const noDumpsHere: Problem = {
  code: 'ERP-0696',
  what: 'There are no dumps to bring back.',
  why: 'No production is configured, and the local test runs on the embedded engine, which holds nothing of yours.',
  todo: ['Name production: erp-deploy restore --production-host HOST, or --database-url URL'],
  exit: exitCodes.prerequisite,
};

export function notRunning(name: string): Problem {
  return {
    code: 'ERP-0697',
    what: `A dump cannot be brought back into ${name}: it does not run.`,
    why: 'A dump comes back into a running database.',
    todo: ['Bring it up: erp-deploy run', 'Then start again.'],
    exit: exitCodes.prerequisite,
  };
}

export function unknownDump(
  { name, folder, host }: DumpLocation,
  given: string,
  kept: readonly KeptDump[],
): Problem {
  return {
    code: 'ERP-0690',
    what: `No dump ${given} of ${name} is kept.`,
    why: `Those that are lie in ${folder} on ${host.name}; ${kept.length === 0 ? 'there are none' : 'they are below'}.`,
    todo: ['Name one of them: erp-deploy restore NAME', 'See them: erp-deploy restore'],
    exit: exitCodes.usage,
    ...(kept.length === 0 ? {} : { excerpt: kept.map((one) => one.name) }),
  };
}

export function unreadable({ folder, host }: DumpLocation, name: string, said: string): Problem {
  return {
    code: 'ERP-0691',
    what: `${name} is no whole dump.`,
    why: 'pg_restore could not read it to its end; what it said is below. Nothing was changed.',
    todo: ['Bring back another one: erp-deploy restore', `Or look at it on ${host.name}: ${folder}/${name}`],
    exit: exitCodes.stepFailed,
    excerpt: said.trim().split('\n').slice(-5),
  };
}

export function notOurs({ databaseName }: DumpLocation, name: string, archive: Archive): Problem {
  const other = archive.database !== databaseName;
  return {
    code: 'ERP-0692',
    what: `${name} is ${other ? `of the database ${archive.database}, not of ${databaseName}` : 'of a database without a ledger of erp-deploy'}.`,
    why: 'Bringing it back would replace what is there by something else. Nothing was changed.',
    todo: ['Bring back one of this database: erp-deploy restore'],
    exit: exitCodes.stepFailed,
  };
}

export function othersDepend(name: string, schemas: readonly string[], outside: readonly string[]): Problem {
  return {
    code: 'ERP-0693',
    what: `Something outside of ${schemas.join(', ')} depends on them in ${name}.`,
    why: 'Those schemas are dropped before they come back, and it would go with them. It is named below.',
    todo: ['Drop it yourself, start again, and make it anew afterwards.'],
    exit: exitCodes.stepFailed,
    excerpt: outside.slice(0, 20),
  };
}

export function wantsForce(name: string, schemas: readonly string[], typed: string): Problem {
  return {
    code: 'ERP-0694',
    what: `Bringing a dump back drops the schemas ${schemas.join(', ')} of ${name} as they are now.`,
    why: 'What was written since the dump is in none of them any more; that needs a yes of its own. Nothing was changed.',
    todo: [`Say yes: ${typed} --force`],
    exit: exitCodes.usage,
  };
}

import { sameCommand } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Archive } from './archive.ts';
import type { KeptDump } from './kept-dumps.ts';
import type { DumpLocation } from './location.ts';

export const noDumpsHere: Problem = {
  code: 'ERP-0696',
  what: 'There are no dumps to restore.',
  why: 'Production is not configured, and the local test runs on the embedded engine, which contains no data of yours.',
  todo: [
    { text: 'Name the production host', command: ['erp-deploy', 'restore', '--production-host', 'HOST'] },
    { text: 'Or name the database', command: ['erp-deploy', 'restore', '--database-url', 'URL'] },
  ],
  exit: exitCodes.prerequisite,
};

export function notRunning(name: string): Problem {
  return {
    code: 'ERP-0697',
    what: `A dump cannot be restored into ${name}: it does not run.`,
    why: 'A dump is restored into a running database.',
    todo: [{ text: 'Start it', command: ['erp-deploy', 'run'] }, { text: 'Then run again.' }],
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
    what: `There is no dump ${given} of ${name}.`,
    why: `Dumps are stored in ${folder} on ${host.name}; ${kept.length === 0 ? 'there are none' : 'they are listed below'}.`,
    todo: [
      { text: 'Name one of them', command: ['erp-deploy', 'restore', 'NAME'] },
      { text: 'List them', command: ['erp-deploy', 'restore'] },
    ],
    exit: exitCodes.usage,
    ...(kept.length === 0 ? {} : { excerpt: kept.map((one) => one.name) }),
  };
}

export function unreadable({ folder, host }: DumpLocation, name: string, output: string): Problem {
  return {
    code: 'ERP-0691',
    what: `${name} is not a valid or complete dump.`,
    why: 'pg_restore could not read all of it; its message is below. Nothing was changed.',
    todo: [
      { text: 'Choose another one', command: ['erp-deploy', 'restore'] },
      { text: `Or inspect it on ${host.name}: ${folder}/${name}` },
    ],
    exit: exitCodes.stepFailed,
    excerpt: output.trim().split('\n').slice(-5),
  };
}

export function notOurs({ databaseName }: DumpLocation, name: string, archive: Archive): Problem {
  const other = archive.database !== databaseName;
  return {
    code: 'ERP-0692',
    what: `${name} is ${other ? `of the database ${archive.database}, not of ${databaseName}` : 'of a database without a ledger of erp-deploy'}.`,
    why: 'Restoring it would replace the database with unrelated content. Nothing was changed.',
    todo: [{ text: 'Choose a dump of this database', command: ['erp-deploy', 'restore'] }],
    exit: exitCodes.stepFailed,
  };
}

export function othersDepend(name: string, schemas: readonly string[], outside: readonly string[]): Problem {
  return {
    code: 'ERP-0693',
    what: `Objects outside the schemas ${schemas.join(', ')} of ${name} depend on them.`,
    why: 'A restore drops those schemas first, and these objects with them. They are listed below.',
    todo: [{ text: 'Drop them yourself, run again, and recreate them afterwards.' }],
    exit: exitCodes.stepFailed,
    excerpt: outside.slice(0, 20),
  };
}

export function needsForce(name: string, schemas: readonly string[]): Problem {
  return {
    code: 'ERP-0694',
    what: `Restoring a dump first drops the schemas ${schemas.join(', ')} of ${name}.`,
    why: 'Rows written since the dump would be lost; that needs explicit approval. Nothing was changed.',
    todo: [{ text: 'To approve', command: sameCommand('--force') }],
    exit: exitCodes.usage,
  };
}

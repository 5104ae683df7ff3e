import type * as z from 'zod';
import { AnswerFault } from '../domain/answer.ts';
import { inWorkspace, removeEmbedded } from '../domain/command-text.ts';
import { ApiRefusal } from '../domain/ports/cloudflare.ts';
import { FileFault } from '../domain/ports/files.ts';
import { NetworkFault } from '../domain/ports/http.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import { redacted } from '../domain/secret.ts';
import { DatabaseError, EngineCrash } from '../domain/session.ts';
import { fileProblem, noAnswer } from './executor-problems.ts';

/**
 * Turns an exception into a problem. The problem contains no secret that this process knows.
 * @throws the error itself if it is a bug, which shows its stack
 */
export function asProblem(error: unknown): Problem {
  return problemsOf(error)[0];
}

/** Turns an exception into all the problems that it contains, as `asProblem` does for one problem. */
export function problemsOf(error: unknown): readonly [Problem, ...Problem[]] {
  if (!(error instanceof ProblemError)) return [withoutSecrets(problemOf(error))];
  const [first, ...rest] = error.problems;
  return [withoutSecrets(first), ...rest.map(withoutSecrets)];
}

/** Describes an unexpected error (a bug), with its stack and without any known secret. */
export function bugProblem(bug: unknown): Problem {
  return withoutSecrets({
    code: 'ERP-0901',
    what: 'This is a bug in erp-deploy.',
    why: 'An error occurred that it does not handle; the stack is below.',
    todo: [
      { text: 'Run the same command again: it resumes from the journal.' },
      { text: 'Report the bug with the stack and the command.' },
    ],
    exit: exitCodes.bug,
    // Redacted before it is split: a secret may contain a line break.
    excerpt: redacted(bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)).split('\n'),
  });
}

function withoutSecrets(problem: Problem): Problem {
  const { what, why, todo, excerpt, evidence } = problem;
  return {
    ...problem,
    what: redacted(what),
    why: redacted(why),
    todo: todo.map(({ text, command }) => ({
      text: redacted(text),
      ...(command === undefined ? {} : { command: command.map(redacted) }),
    })),
    ...(excerpt === undefined ? {} : { excerpt: excerpt.map(redacted) }),
    ...(evidence === undefined
      ? {}
      : { evidence: evidence.map((one) => ({ ...one, summary: redacted(one.summary) })) }),
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof FileFault) return fileProblem(error);
  if (error instanceof NetworkFault) return noAnswer(error);
  if (error instanceof ApiRefusal) return error.problem;
  if (error instanceof DatabaseError) return databaseProblem(error);
  if (error instanceof EngineCrash) return crashProblem(error);
  if (error instanceof AnswerFault) return unexpectedAnswer(error.message);
  if (isSchemaError(error)) return unexpectedAnswer(schemaFaults(error));
  throw error;
}

/** Recognizes zod's errors by their parts: `instanceof` would load all of zod at each start. */
function isSchemaError(error: unknown): error is z.core.$ZodError {
  return error instanceof Error && '_zod' in error && 'issues' in error;
}

/** A schema error is not a bug: every schema checks text from outside, such as the answer of a server or a program. */
function schemaFaults({ issues }: z.core.$ZodError): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`)
    .join('; ');
}

function unexpectedAnswer(why: string): Problem {
  return {
    code: 'ERP-0503',
    what: 'A server or a program gave an answer that erp-deploy does not understand.',
    why,
    todo: [
      { text: 'Check that the configured servers are a PostgreSQL, a Docker engine, and so on.' },
      { text: 'Run again. If it fails again with a supported version, report it.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

/**
 * SQLSTATEs of a connection that failed or that the server ended, and the system's codes of a socket
 * (https://www.postgresql.org/docs/18/errcodes-appendix.html). 08P01 is an answer that does not follow the protocol.
 */
const connectionFailed = /^(?:08(?!P01)|57P0[1-3]|E[A-Z]+$)/;

function databaseProblem({ fault }: DatabaseError): Problem {
  if (connectionFailed.test(fault.code)) {
    return {
      code: 'ERP-0504',
      what: `The connection to PostgreSQL failed: ${fault.message} (${fault.code}).`,
      why: 'Usually the server was stopped or restarted, or the network failed. PostgreSQL rolls back uncommitted work when it notices.',
      todo: [
        { text: 'Run again: completed steps are detected, and the rest is done.' },
        { text: 'If it happens again, check whether PostgreSQL is running, and read its log.' },
      ],
      exit: exitCodes.stepFailed,
    };
  }
  return {
    code: 'ERP-0501',
    what: `PostgreSQL reported an error: ${fault.message} (${fault.code}).`,
    why: fault.hint ?? 'The server gave no further details.',
    todo: [{ text: 'Fix the cause that it names, then run again.' }],
    exit: exitCodes.stepFailed,
  };
}

function crashProblem(error: EngineCrash): Problem {
  return {
    code: 'ERP-0502',
    what: 'The embedded PostgreSQL stopped.',
    why: `The usual cause is a full disk or too little memory (it needs about 0.5 GB). It reported: ${firstLine(error)}`,
    todo: [
      { text: 'Check the disk space', command: ['df', '-h', inWorkspace('.')] },
      { text: 'Check the memory', command: ['free', '-h'] },
      { text: 'Run again: committed work is kept.' },
      {
        text: 'If it stops again, start the local test over (it holds no production data)',
        command: removeEmbedded,
      },
    ],
    exit: exitCodes.stepFailed,
  };
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? '';
}

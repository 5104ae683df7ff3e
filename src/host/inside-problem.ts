import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';

/** A client in the stack's network does not get to the database. */
export function unreachableInside(host: string, argv: readonly string[], said: string): Problem {
  return {
    code: 'ERP-0641',
    what: `A client in the network of the stack on ${host} does not reach the database.`,
    why: 'The services there would not either; what it said is below.',
    todo: [`Try it by hand on ${host}: ${argv.map(quoted).join(' ')}`],
    exit: exitCodes.stepFailed,
    excerpt: said.trim().split('\n').slice(-5),
  };
}

/** The lines of a database's log that are errors, by what they say about the database. */
export interface SortedErrors {
  readonly faults: readonly string[];
  /** Errors of erp-deploy's own sessions. The step or command whose session it is reports them. */
  readonly ownErrors: number;
  /** Requests to the API without a token, which the database refused as it must: erp-deploy's and those of strangers. */
  readonly refusedRequests: number;
}

/** Before the message of an error; PostgreSQL puts two spaces after the colon. */
const severity = /\b(?:ERROR|FATAL|PANIC):\s+/;

/** What PostgreSQL answers to a role without rights on our schemas: erp_anon has none. */
const refused = /^permission denied for schema (?:erp|agent)\b/;

/**
 * Sorts the errors of a log by the `application_name` of their sessions. Every session of erp-deploy has a name that begins
 * with `erp-deploy`, and every session of PostgREST one that begins with `PostgREST`. A client with a password can use
 * such a name, too; its errors then do not count as faults.
 * @param prefix PostgreSQL's `log_line_prefix`; if it does not contain `%a`, every line counts as a fault
 */
export function sortErrors(lines: readonly string[], prefix: string): SortedErrors {
  const before = textBeforeApplication(prefix);
  if (before === null) return { faults: lines, ownErrors: 0, refusedRequests: 0 };
  const isOf = (line: string, name: string) => headOf(line).includes(`${before}${name}`);
  const own = lines.filter((line) => isOf(line, 'erp-deploy'));
  const requests = lines.filter((line) => isOf(line, 'PostgREST') && refused.test(messageOf(line)));
  const discounted = new Set([...own, ...requests]);
  return {
    faults: lines.filter((line) => !discounted.has(line)),
    ownErrors: own.length,
    refusedRequests: requests.length,
  };
}

/** Returns the literal text between `%a` and the preceding escape in the prefix; null if the prefix has no `%a`. */
function textBeforeApplication(prefix: string): string | null {
  const escapes = prefix.replaceAll('%%', '').split(/%-?\d*/);
  const application = escapes.findIndex((one, index) => index > 0 && one.startsWith('a'));
  if (application === -1) return null;
  // The first part is plain text; every other part begins with the letter of its escape.
  const earlier = escapes[application - 1] ?? '';
  return application === 1 ? earlier : earlier.slice(1);
}

const headOf = (line: string) => line.slice(0, severity.exec(line)?.index ?? 0);

function messageOf(line: string): string {
  const found = severity.exec(line);
  return found === null ? '' : line.slice(found.index + found[0].length);
}

/** Returns a text about the errors that were not counted; empty if all of them were. */
export function discountedText({ ownErrors, refusedRequests }: Omit<SortedErrors, 'faults'>): string {
  const own = `${ownErrors} of erp-deploy's own sessions`;
  const requests = `${refusedRequests} refused ${refusedRequests === 1 ? 'request' : 'requests'} without a token`;
  const parts = [...(ownErrors > 0 ? [own] : []), ...(refusedRequests > 0 ? [requests] : [])];
  return parts.length === 0 ? '' : ` (not counted: ${parts.join(', ')})`;
}

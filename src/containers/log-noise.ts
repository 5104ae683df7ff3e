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
 * with `erp-deploy`, PostgREST's begin with `PostgREST`. A client with a password may take such a name, too: then its
 * errors are not found here.
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

/** Returns what the prefix has between `%a` and the escape before it; null if it has no `%a`. */
function textBeforeApplication(prefix: string): string | null {
  const escapes = prefix.replaceAll('%%', '').split(/%-?\d*/);
  const place = escapes.findIndex((one, index) => index > 0 && one.startsWith('a'));
  if (place === -1) return null;
  // The first part has no escape before it; the others begin with the letter of theirs.
  const earlier = escapes[place - 1] ?? '';
  return place === 1 ? earlier : earlier.slice(1);
}

const headOf = (line: string) => line.slice(0, severity.exec(line)?.index ?? 0);

function messageOf(line: string): string {
  const found = severity.exec(line);
  return found === null ? '' : line.slice(found.index + found[0].length);
}

/** Returns what was not counted, as text; empty if everything was. */
export function discountedText({ ownErrors, refusedRequests }: Omit<SortedErrors, 'faults'>): string {
  const own = `${ownErrors} of erp-deploy's own sessions`;
  const requests = `${refusedRequests} refused ${refusedRequests === 1 ? 'request' : 'requests'} without a token`;
  const parts = [...(ownErrors > 0 ? [own] : []), ...(refusedRequests > 0 ? [requests] : [])];
  return parts.length === 0 ? '' : ` (not counted: ${parts.join(', ')})`;
}

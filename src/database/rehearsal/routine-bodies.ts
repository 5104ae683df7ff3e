import { tokensOf } from '../sql/tokens.ts';

/**
 * Functions that act on the whole server or outside of it, by their names.
 * Source: https://www.postgresql.org/docs/18/functions-admin.html, and the extensions dblink, http, pg_net and pg_cron.
 */
export const withEffectOutside =
  /(?:^|\.)(?:dblink\w*|lo_import|lo_export|pg_file_\w+|pg_reload_conf|pg_rotate_logfile|pg_promote|pg_switch_wal|pg_terminate_backend|pg_cancel_backend|pg_create_\w+|pg_copy_\w+_slot|pg_drop_replication_slot|pg_replication_origin_\w+|pg_logical_\w+|http(?:_\w+)?)$|^cron\./i;

const calls =
  /(?:\b(?:dblink\w*|lo_import|lo_export|pg_file_\w+|pg_reload_conf|pg_rotate_logfile|pg_promote|pg_switch_wal|pg_terminate_backend|pg_cancel_backend|pg_create_\w+|pg_copy_\w+_slot|pg_drop_replication_slot|pg_replication_origin_\w+|pg_logical_\w+|http(?:_\w+)?)|\bcron\.\w+)\s*\(/i;

const commands = [
  /\b(?:create|alter|drop)\s+(?:role|user(?!\s+mapping)|group|database|subscription|tablespace|system|foreign\s+table)\b/i,
  /\b(?:grant|revoke)\b(?![^;]*?\bon\b)[^;]*?\b(?:to|from)\b/i,
  /\bon\s+(?:role|database|subscription|tablespace|parameter)\b/i,
  /\b(?:reassign|drop)\s+owned\b/i,
  /\bimport\s+foreign\b/i,
  /\bcopy\b[^;]*?\b(?:from|to)\s+(?:program\b|')/i,
];

/** The beginning of a dynamic statement that names what it acts on. */
const namesItsObject =
  /^[^\w%]*(?:alter|analyze|comment|create|delete|drop|grant|insert|lock|refresh|reindex|revoke|select|set|truncate|update|with)\s+[a-z(*]/i;

/**
 * Returns why a body must not run in a scratch database; undefined if it may. Its text is read without a parser: words
 * in its strings and comments count as well.
 * @param runs whether the body runs immediately, as in a DO block. If so, a dynamic statement whose text is not in the
 * body counts
 */
export function whyBodyBarred(
  { body, language }: { readonly body: string; readonly language: string },
  runs: boolean,
): string | undefined {
  if (runs && language !== 'plpgsql') return `what it does in ${language} cannot be read`;
  if ([calls, ...commands].some((pattern) => pattern.test(body)))
    return 'its body acts on the whole server, or outside of it';
  return runs && hasUnknownStatement(body) ? 'its body runs SQL that is not in the file' : undefined;
}

function hasUnknownStatement(body: string): boolean {
  const tokens = tokensOf(body);
  const textAt = (index: number) => {
    const token = tokens[index];
    return token === undefined ? '' : body.slice(token.start, token.end);
  };
  return tokens.some((token, index) => {
    if (token.kind !== 'word' || textAt(index).toLowerCase() !== 'execute') return false;
    const next = textAt(index + 1).toLowerCase();
    // EXECUTE FUNCTION in a trigger, and GRANT EXECUTE ON, are not dynamic statements.
    if (['function', 'procedure', 'on'].includes(next)) return false;
    return !namesItsObject.test(textAt(index + (next === 'format' ? 3 : 1)).replace(/^\$\w*\$/, ''));
  });
}

import type { Check, ImpossibleCheck } from './check.ts';

/**
 * All checks as one script in one transaction. Each is a DO block, since what PL/pgSQL catches is not
 * written to the server's log; what it found waits in a setting of the transaction's own. The block
 * undoes what it did by an error that it raises itself, so that no check sees another's rows.
 */
export function behaviourScript(checks: readonly (Check | ImpossibleCheck)[]): string {
  const blocks = checks.map((check, place) =>
    'body' in check
      ? block(check.body, place)
      : `select set_config('${setting(place)}', ${literal(check.impossible)}, true)`,
  );
  const answers = `select current_setting('erp_deploy.found_' || place) as found
    from generate_series(0, ${checks.length - 1}) place order by place`;
  return ['begin', 'set constraints all immediate', ...blocks, answers, 'rollback'].join(';\n');
}

const setting = (place: number) => `erp_deploy.found_${place}`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** A message is passed on only where it can hold nothing but names (class 42: unknown names, missing rights). */
const block = (body: string, place: number) => `do $erp_deploy$
declare
  found text;
  place tid;
  state text; message text; refusing text; "schema" text; "table" text;
begin
  begin
    ${body}
    raise sqlstate 'ED000';
  exception
    when sqlstate 'ED000' then null;
    when others then
      get stacked diagnostics state = returned_sqlstate, message = message_text, refusing = constraint_name,
        "schema" = schema_name, "table" = table_name;
      found := case when refusing <> '' then format('refused by %I on %I.%I', refusing, "schema", "table")
                    when state like '42%' then format('refused (%s): %s', state, message)
                    else format('refused (%s)', state) end;
  end;
  perform set_config('${setting(place)}', coalesce(found, 'nothing'), true);
end
$erp_deploy$`;

import type { AnyCheck } from './check.ts';

/**
 * All checks in one transaction, as scripts of at most so many checks each, every one of which answers what
 * its own found. A check is a DO block, since what PL/pgSQL catches is not written to the server's log; what
 * it found waits in a setting of the transaction's own. The block undoes what it did by an error that it
 * raises itself, so that no check sees another's rows.
 */
export function behaviourScripts(checks: readonly AnyCheck[], atOnce: number): readonly string[] {
  const firsts = checks.map((_, place) => place).filter((place) => place % atOnce === 0);
  return firsts.map((first) => {
    const end = Math.min(first + atOnce, checks.length);
    return [
      ...(first === 0 ? ['begin', 'set constraints all immediate'] : []),
      ...checks.slice(first, end).map((check, place) => statementOf(check, first + place)),
      `select current_setting('erp_deploy.found_' || place) as found
    from generate_series(${first}, ${end - 1}) place order by place`,
      ...(end === checks.length ? ['rollback'] : []),
    ].join(';\n');
  });
}

function statementOf(check: AnyCheck, place: number): string {
  if ('body' in check) return block(check.body, place);
  return `select set_config('${setting(place)}', ${literal(check.impossible)}, true)`;
}

const setting = (place: number) => `erp_deploy.found_${place}`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * A message is passed on only where it can hold nothing but names (class 42: unknown names, missing rights). A
 * server that is out of room, or being stopped (classes 53, 57, 58), tells nothing of the schema.
 */
const block = (body: string, place: number) => `do $erp_deploy$
declare
  found text;
  place tid;
  orphan boolean;
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
      if left(state, 2) in ('53', '57', '58') then raise; end if;
      found := case when refusing <> '' then format('refused by %I on %I.%I', refusing, "schema", "table")
                    when state like '42%' then format('refused (%s): %s', state, message)
                    else format('refused (%s)', state) end;
  end;
  perform set_config('${setting(place)}', coalesce(found, 'nothing'), true);
end
$erp_deploy$`;

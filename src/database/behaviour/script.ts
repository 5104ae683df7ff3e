import type { AnyCheck, Check } from './check.ts';

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
  if ('bodies' in check) return block(check, place);
  return `select set_config('${setting(place)}', ${literal(check.impossible)}, true)`;
}

const setting = (place: number) => `erp_deploy.found_${place}`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** What a body leaves that says enough for the next one not to run. */
const conclusive = ['accepted', 'moves', 'stands still'];

const array = (texts: readonly string[]) => `array[${texts.map(literal).join(', ')}]::text[]`;

/** A column of the user's may have the name of a variable: the variables of the block begin with `ed_`. */
function block({ bodies, functions, wanted, alsoPasses }: Check, place: number): string {
  const [first = '', ...others] = bodies.map((body) => attempt(body, functions));
  const says = `found = any (${array([wanted, ...alsoPasses, ...conclusive])})`;
  const retries = others.map(
    (other) => `if (${says}) is not true then
    ed_first := coalesce(ed_first, found, 'nothing');
    found := null;
    ${other}
  end if;`,
  );
  const settle =
    others.length === 0 ? '' : `if (${says}) is not true then found := coalesce(ed_first, found); end if;`;
  const records = new Set(bodies.join('\n').match(/\bmade_\d+(?=\.| from)/g));
  return `do $erp_deploy$
#variable_conflict use_column
declare
  found text;
  ed_first text;
  ed_table oid; ed_place tid; ed_orphan boolean; ed_candidate record;
  ed_state text; ed_message text; ed_context text; ed_by text; ed_in text; ed_schema text; ed_of text; ed_column text;
  ${[...records].map((name) => `${name} record;`).join(' ')}
begin
  ${first}
  ${retries.join('\n')}
  ${settle}
  perform set_config('${setting(place)}', coalesce(found, 'nothing'), true);
end
$erp_deploy$`;
}

/**
 * A message is passed on only where it can hold nothing but names (class 42: unknown names, missing rights). A
 * server that is out of room, or being stopped (classes 53, 57, 58), tells nothing of the schema.
 */
const attempt = (body: string, functions: readonly string[]) => `begin
    ${body}
    raise sqlstate 'ED000';
  exception
    when sqlstate 'ED000' then null;
    when others then
      get stacked diagnostics ed_state = returned_sqlstate, ed_message = message_text, ed_by = constraint_name,
        ed_schema = schema_name, ed_of = table_name, ed_column = column_name, ed_context = pg_exception_context;
      if left(ed_state, 2) in ('53', '57', '58') then raise; end if;
      ${functions.length === 0 ? '' : `select ' in ' || min(one) into ed_in from unnest(${array(functions)}) one where strpos(ed_context, one || '(') > 0;`}
      found := case when ed_by <> '' and ed_of = '' then format('refused by %I', ed_by)
                    when ed_by <> '' then format('refused by %I on %I.%I', ed_by, ed_schema, ed_of)
                    when ed_state = '23502' and ed_column <> '' then format('refused by NOT NULL of %I.%I.%I', ed_schema, ed_of, ed_column)
                    when ed_state = '23514' and ed_of <> '' then format('refused (23514): no partition of %I.%I takes it', ed_schema, ed_of)
                    when ed_state like '42%' and ed_in is null then format('refused (%s): %s', ed_state, ed_message)
                    else format('refused (%s)%s', ed_state, ed_in) end;
  end;`;

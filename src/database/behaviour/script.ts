import type { AnyCheck, Check } from './check.ts';

/**
 * Returns scripts that run all checks in one transaction; the last result of each script has one row per check. A check
 * is a DO block, since errors that PL/pgSQL catches are not written to the server's log. It keeps its result in a
 * setting of the transaction, and undoes its changes by raising an error, so that no check sees the rows of another one.
 * @param checksPerScript the maximum
 */
export function behaviourScripts(checks: readonly AnyCheck[], checksPerScript: number): readonly string[] {
  const firsts = checks.map((_, place) => place).filter((place) => place % checksPerScript === 0);
  return firsts.map((first) => {
    const end = Math.min(first + checksPerScript, checks.length);
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

/** Results after which the next body does not run. */
const conclusive = ['accepted', 'changed', 'unchanged'];

const array = (texts: readonly string[]) => `array[${texts.map(literal).join(', ')}]::text[]`;

/** The variables of the block begin with `ed_`, since a column of the user may have any other name. */
function block({ bodies, functions, expected: wanted, alsoPasses }: Check, place: number): string {
  const [first = '', ...others] = bodies.map((body) => attempt(body, functions));
  const isConclusive = `found = any (${array([wanted, ...alsoPasses, ...conclusive])})`;
  const retries = others.map(
    (other) => `if (${isConclusive}) is not true then
    ed_first := coalesce(ed_first, found, 'nothing');
    found := null;
    ${other}
  end if;`,
  );
  const settle =
    others.length === 0
      ? ''
      : `if (${isConclusive}) is not true then found := coalesce(ed_first, found); end if;`;
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
 * Returns a block that runs a body and catches its error. A message is reported only if it can contain nothing but
 * names (class 42: unknown names, missing privileges). Errors of a server that is out of resources or shuts down
 * (classes 53, 57, 58) are raised again: they are not about the schema.
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
      found := case when ed_by <> '' and ed_of = '' then format('rejected by %I', ed_by)
                    when ed_by <> '' then format('rejected by %I on %I.%I', ed_by, ed_schema, ed_of)
                    when ed_state = '23502' and ed_column <> '' then format('rejected by NOT NULL of %I.%I.%I', ed_schema, ed_of, ed_column)
                    when ed_state = '23514' and ed_of <> '' then format('rejected (23514): no partition of %I.%I accepts it', ed_schema, ed_of)
                    when ed_state like '42%' and ed_in is null then format('rejected (%s): %s', ed_state, ed_message)
                    else format('rejected (%s)%s', ed_state, ed_in) end;
  end;`;

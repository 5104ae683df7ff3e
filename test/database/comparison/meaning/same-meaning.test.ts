import { expect, test } from 'vitest';
import { compareTexts, type TextPair } from '../../../../src/database/comparison/meaning/same-meaning.ts';

const pair = (kind: TextPair['kind'], aspect: string, wanted: string, found: string): TextPair => ({
  kind,
  aspect,
  expected: wanted,
  actual: found,
});
const view = (wanted: string, found: string) => pair('view', 'definition', wanted, found);

test.each([
  ['parentheses', pair('column', 'default', '(1 + 2)', '((1 + 2))')],
  ['an alias with AS', view('select 1 as a from t x', 'select 1 as a from t as x')],
  [
    'a cast of an array and casts of its elements',
    pair(
      'check',
      'definition',
      `CHECK (a = ANY ((ARRAY['b'::varchar])::text[]))`,
      `CHECK (a = ANY (ARRAY[('b'::varchar)::text]))`,
    ),
  ],
  ['the only source of a view', view('select a from s.t where b > 1', 'select t.a from s.t where t.b > 1')],
  [
    'the only source of a view, in the operand of a subquery',
    view(
      'select a from s.t where a in (select u.a from s.u)',
      'select t.a from s.t where t.a in (select u.a from s.u)',
    ),
  ],
  ['a quoted source', view('select id from s."user"', 'select "user".id from s."user"')],
  [
    'the name of a column that is never seen',
    view(
      `select 1 as a where exists (select 'x'::text)`,
      `select 1 as a where exists (select 'x'::text as text)`,
    ),
  ],
  [
    'the name of a result in the body of a function',
    pair(
      'function',
      'definition',
      `LANGUAGE sql BEGIN ATOMIC SELECT 'x'::text; END`,
      `LANGUAGE sql BEGIN ATOMIC SELECT 'x'::text AS text; END`,
    ),
  ],
])('%s: equal', async (_, texts) => {
  expect(await compareTexts([texts])).toEqual(['same']);
});

test.each([
  ['another column', view('select t.a from s.t', 'select t.b as a from s.t')],
  ['another source of the same column', view('select x.a from s.x, s.y', 'select y.a from s.x, s.y')],
  ['another schema', view('select a from s.t', 'select a from r.t')],
  ['a literal with a point', view(`select 'x.y' as a`, `select 'z.y' as a`)],
  ['the name of a column of a view', view('select 1 as a', 'select 1 as b')],
  ['a function of the same name in another schema', pair('column', 'default', 'lower(a)', 's.lower(a)')],
  ['another type of array', pair('column', 'default', `array['1']::int[]`, `array['1']::text[]`)],
  ['an attribute that is no SQL', pair('table', 'persistence', 'logged', 'unlogged')],
])('%s: different', async (_, texts) => {
  expect(await compareTexts([texts])).toEqual(['different']);
});

test('a text that the parser refuses is unknown, never equal', async () => {
  expect(await compareTexts([view('select select', 'select  select')])).toEqual(['unknown']);
});

test('bodies of functions that differ only in line ends are equal, and no others', async () => {
  const body = 'LANGUAGE plpgsql\nAS $$\nbegin return 1; end $$';
  const ending = (kind: TextPair['kind'], end: string) =>
    pair(kind, 'definition', body, body.replaceAll('\n', end));
  const pairs = [ending('function', '\r\n'), ending('procedure', '\r\n'), ending('function', '\n\n')];
  expect(await compareTexts(pairs)).toEqual(['same', 'same', 'different']);
});

import { textLike, textMatching } from './sample-text.ts';
import { labelsOf, stringsIn, type Types } from './types.ts';

/** What is known about the values that a column accepts. */
export interface Hints {
  /** SQL of every condition that the column is part of, with its literals. */
  readonly conditions: string;
  /** A number that no other column of the test has: values made of it are unique. */
  readonly number: number;
  /** Whether the column is part of a key, so that it needs a value that no row has. */
  readonly inKey: boolean;
}

/** Fixed values by type. The first one is the preferred one. */
const fixed: Readonly<Record<string, readonly string[]>> = {
  boolean: ['false', 'true'],
  bytea: ['', String.raw`\x00`, String.raw`\x${'00'.repeat(16)}`, String.raw`\x${'00'.repeat(32)}`],
  interval: ['1 day', '0', '1 hour', '-1 day', '1 year'],
  inet: ['127.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'],
  cidr: ['127.0.0.1', '10.0.0.0/8', '::1'],
  macaddr: ['00:00:00:00:00:00', '02:00:00:00:00:01'],
  macaddr8: ['00:00:00:00:00:00:00:00'],
  point: ['(0,0)', '(1,1)'],
  box: ['(1,1),(0,0)'],
  lseg: ['[(0,0),(1,1)]'],
  path: ['[(0,0),(1,1)]', '((0,0),(1,1))'],
  polygon: ['((0,0),(1,0),(1,1))'],
  circle: ['<(0,0),1>'],
  line: ['{1,-1,0}'],
  xml: ['<x/>'],
  tsvector: ['', 'x'],
  tsquery: ['x'],
  jsonpath: ['$'],
  pg_lsn: ['0/0', '0/1'],
  pg_snapshot: ['1:1:'],
  txid_snapshot: ['1:1:'],
  xid: ['1'],
  xid8: ['1'],
  cid: ['1'],
  tid: ['(0,1)'],
  oid: ['1'],
  regclass: ['pg_catalog.pg_class'],
  regtype: ['pg_catalog.int4'],
  regproc: ['pg_catalog.now'],
  regprocedure: ['pg_catalog.now()'],
  regoper: ['pg_catalog.||/'],
  regoperator: ['pg_catalog.+(integer,integer)'],
  regrole: ['pg_monitor'],
  regnamespace: ['pg_catalog'],
  regconfig: ['pg_catalog.simple'],
  regdictionary: ['pg_catalog.simple'],
  regcollation: ['pg_catalog."C"'],
  refcursor: ['erp-deploy'],
  '"char"': ['x', 'A', '1'],
  name: ['erp-deploy'],
  hstore: ['', 'x=>1'],
  ltree: ['a', 'a.b'],
  lquery: ['a'],
  ltxtquery: ['a'],
  cube: ['(0)'],
  seg: ['0'],
  geometry: ['POINT(0 0)', 'POLYGON EMPTY', 'LINESTRING EMPTY', 'MULTIPOLYGON EMPTY'],
  geography: ['POINT(0 0)'],
};

const rangeOf: Readonly<Record<string, readonly string[]>> = {
  int4: ['[1,5)', '[10,20)', '[-5,-1)'],
  int8: ['[1,5)', '[10,20)', '[-5,-1)'],
  num: ['[1,5)', '[10,20)', '[0,1]'],
  date: ['[2000-01-01,2000-01-05)', '[2100-01-01,2100-02-01)'],
  ts: ['[2000-01-01,2000-01-05)', '[2100-01-01,2100-02-01)'],
  tstz: ['[2000-01-01,2000-01-05)', '[2100-01-01,2100-02-01)'],
};

/**
 * Returns the values to try for a column of this type, as texts that PostgreSQL accepts for the type; none if the type
 * is unknown. If there are no conditions, the first value fits.
 * @param type the base type under all domains
 */
export function candidatesOf(type: string, types: Types, hints: Hints): readonly string[] {
  const labels = labelsOf(type, types);
  if (labels.length > 0) return labels;
  const bare = type.replace(/\s*\([^)]*\)/, '');
  const size = /\(([^)]*)\)/.exec(type)?.[1] ?? '';
  const listed = fixed[bare];
  if (listed !== undefined) return listed;
  if (/^(smallint|integer|bigint|numeric|real|double precision|money)$/.test(bare))
    return numbers(bare, size, hints);
  if (/^(text|character varying|character|citext)$/.test(bare)) return texts(Number(size) || null, hints);
  if (/^(date|timestamp|time)\b/.test(bare)) return times(bare, hints);
  if (/^jsonb?$/.test(bare)) return documents(hints);
  if (bare === 'uuid') return [`e4b0de91-0000-4000-8000-${String(hints.number).padStart(12, '0')}`];
  if (/^(vector|halfvec)$/.test(bare)) return [vectorOf(Number(size) || 3)];
  if (bare === 'sparsevec') return [`{1:1}/${Number(size) || 3}`];
  const [, subtype = '', many] = /^(int4|int8|num|date|ts|tstz)(multi)?range$/.exec(bare) ?? [];
  if (subtype in rangeOf) return ranges(rangeOf[subtype] ?? [], many !== undefined, hints);
  if (/^bit\b/.test(bare)) return ['0', '1'].map((bit) => bit.repeat(Number(size) || 1));
  return [];
}

export const vectorOf = (dimensions: number) => `[${Array.from({ length: dimensions }, () => 1).join(',')}]`;

const unique = <Value>(values: readonly Value[]) => [...new Set(values)];

/** Numbers below the values of sequences come first, since existing rows do not have them. */
function numbers(bare: string, size: string, { conditions, number, inKey }: Hints): readonly string[] {
  const [digits = 0, scale = 0] = size === '' ? [] : size.split(',').map(Number);
  const limits: Readonly<Record<string, number>> = { smallint: 32_767, integer: 2_147_483_647 };
  const most = limits[bare] ?? (digits > 0 ? 10 ** (digits - scale) - 10 ** -scale : 9e15);
  const keys = [-30_000 - number, 30_000 + (number % 2700), 2_100_000_000 + number, 9e14 + number];
  const mentioned = (conditions.match(/\d+(?:\.\d+)?/g) ?? [])
    .map(Number)
    .flatMap((one) => [one, one - 1, one + 1, -one, 1 - one, -1 - one, one / 2]);
  const small = most < 1 ? [0, most] : [1, 0, -1, 2, 5, 10, 50, 100, 1000, most];
  const few = most < 30_000 ? Array.from({ length: 40 }, (_, index) => most - index) : [];
  const all = [...(inKey ? keys : []), ...small, ...(inKey ? few : keys), ...mentioned];
  const whole = /int|smallint|bigint/.test(bare);
  return unique(all.filter((one) => Math.abs(one) <= most && (!whole || Number.isInteger(one))))
    .map((one) => (Number.isInteger(one) ? one.toFixed(0) : `${Number(one.toFixed(Math.max(scale, 6)))}`))
    .slice(0, 120);
}

function texts(length: number | null, { conditions, number }: Hints): readonly string[] {
  const usual = `erp-deploy ${number}`.slice(length === null ? 0 : -length);
  const strings = unique(stringsIn(conditions)).slice(0, 30);
  const shaped = strings.flatMap((text) => [
    text,
    ...[0, 1, 2, 3].flatMap((variant) => textMatching(text, variant + 4 * (number % 5)) ?? []),
    textLike(text, 'x'),
    textLike(text, ''),
    `x${text}x`,
    `${text}x`,
    `x${text}`,
  ]);
  const lengths = unique((conditions.match(/\d+/g) ?? []).map(Number).filter((one) => one <= 2000));
  const sized = lengths.flatMap((one) =>
    [one, one + 1, one - 1].flatMap((count) =>
      count < 1 ? [] : [...'xX0'].map((letter) => `${letter.repeat(count)}`),
    ),
  );
  const others = [
    usual.toUpperCase(),
    `erpdeploy${number}`,
    `ERPDEPLOY${number}`,
    `${number}`,
    'x',
    'X',
    '',
    `erp-deploy-${number}@example.org`,
    `https://example.org/${number}`,
    '{}',
    'de',
    'DE',
    'EUR',
    '+4930123456',
    '12345',
  ];
  return unique([usual, ...shaped, ...others, ...sized])
    .filter((one) => (length === null || one.length <= length) && !one.includes('\0'))
    .slice(0, 200);
}

function times(bare: string, { conditions, number, inKey }: Hints): readonly string[] {
  if (bare.startsWith('time') && !bare.startsWith('timestamp'))
    return [
      'now',
      '00:00',
      '12:00',
      '23:59:59',
      ...(inKey ? [`00:00:00.${String(number).padStart(6, '0')}`] : []),
    ];
  const strings = stringsIn(conditions).filter((one) => /^\d{4}-\d\d-\d\d/.test(one));
  const mentioned = unique(strings)
    .slice(0, 20)
    .flatMap((one) => [one, ...[-1, 1].map((days) => `${shifted(one.slice(0, 10), days)}${one.slice(10)}`)]);
  const far = shifted('4000-01-01', number);
  return [
    ...(inKey ? [far] : []),
    'now',
    'tomorrow',
    'yesterday',
    '2000-01-01',
    '2000-01-02',
    '1900-01-01',
    '2100-01-01',
    '2024-01-01',
    ...mentioned,
  ];
}

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function documents({ conditions, number }: Hints): readonly string[] {
  const keys = unique(stringsIn(conditions).filter((one) => /^[\w$-]+$/.test(one))).slice(0, 12);
  const values: readonly unknown[] = ['x', -30_000 - number, 1, true, [], {}];
  const whole = values.map((value) => Object.fromEntries(keys.map((key) => [key, value])));
  const single = keys.flatMap((key) => values.map((value) => ({ [key]: value })));
  return unique([{}, ...whole, ...single, [], [1], ['x'], 'x', 1, true].map((one) => JSON.stringify(one)));
}

function ranges(
  listed: readonly string[],
  many: boolean,
  { conditions, number, inKey }: Hints,
): readonly string[] {
  const spelled = many ? listed.map((one) => `{${one}}`) : listed;
  // A temporal key rejects an empty range.
  const date = listed.some((one) => one.startsWith('[2000-'));
  const far = date
    ? `[${shifted('4000-01-01', number)},${shifted('4000-01-02', number)})`
    : `[${-30_000 - number},${-29_999 - number})`;
  const temporal = inKey && /WITHOUT OVERLAPS|PERIOD/.test(conditions);
  return [
    ...(temporal ? [many ? `{${far}}` : far] : []),
    many ? '{}' : 'empty',
    ...spelled,
    ...(many ? ['{(,)}'] : ['(,)']),
  ];
}

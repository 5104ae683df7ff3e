import { attachmentOf } from '../partitions.ts';
import { alterTable, type Change, type Changes, triggerStates } from './change.ts';

/** No rows are moved: a detached partition keeps its rows, and attaching it checks them against the bound. */
const partition: Change = (wanted, live) => {
  const [from, to] = [live.attributes['partition of'], wanted].map((text) => attachmentOf(text ?? ''));
  return [
    ...(from === undefined ? [] : [`alter table ${from.parent} detach partition ${live.name}`]),
    ...(to === undefined ? [] : [`alter table ${to.parent} attach partition ${live.name} ${to.bound}`]),
  ];
};

const optionNames = (options: string | null | undefined): ReadonlySet<string> =>
  new Set((options ?? '').split(', ').flatMap((option) => option.split('=')[0] || []));

/** Properties that a column of a partition does not inherit: `column a default`, `column a not null`. */
const partitionColumn: Change = (wanted, live, _expected, aspect) => {
  const [, column, property] = /^column (.*) (default|not null)$/s.exec(aspect) ?? [];
  const notNull = wanted === 'yes' ? 'set not null' : 'drop not null';
  const byDefault = wanted === null || wanted === 'none' ? 'drop default' : `set default ${wanted}`;
  return alterTable(live, `alter column ${column} ${property === 'default' ? byDefault : notNull}`);
};

export const tableChanges: Changes = {
  'partition of': partition,
  persistence: (wanted, live) => alterTable(live, `set ${wanted}`),
  'row security': (wanted, live) =>
    alterTable(live, `${wanted === 'yes' ? 'enable' : 'disable'} row level security`),
  'row security forced': (wanted, live) =>
    alterTable(live, `${wanted === 'yes' ? '' : 'no '}force row level security`),
  options: (wanted, live) => {
    const before = optionNames(live.attributes.options);
    const gone = [...before].filter((name) => !optionNames(wanted).has(name)).join(', ');
    return [
      ...(gone === '' ? [] : alterTable(live, `reset (${gone})`)),
      ...(wanted === null ? [] : alterTable(live, `set (${wanted})`)),
    ];
  },
  'access method': (wanted, live) => alterTable(live, `set access method ${wanted ?? 'heap'}`),
  'replica identity': (wanted, live) => alterTable(live, `replica identity ${wanted ?? 'default'}`),
  'clustered on': (wanted, live) =>
    alterTable(live, wanted === null ? 'set without cluster' : `cluster on ${wanted}`),
  'of type': (wanted, live) => alterTable(live, wanted === null ? 'not of' : `of ${wanted}`),
  column: partitionColumn,
  trigger: (wanted, live, _expected, aspect) =>
    alterTable(live, `${triggerStates[wanted ?? 'yes']} trigger ${aspect.slice('trigger '.length)}`),
  inherits: (wanted, live) => {
    const [parents, there] = [wanted, live.attributes.inherits].map((names) => names?.split(', ') ?? []);
    return [
      ...(there ?? [])
        .filter((one) => !parents?.includes(one))
        .flatMap((one) => alterTable(live, `no inherit ${one}`)),
      ...(parents ?? [])
        .filter((one) => !there?.includes(one))
        .flatMap((one) => alterTable(live, `inherit ${one}`)),
    ];
  },
};

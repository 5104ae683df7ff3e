import type { Change, Changes } from './change.ts';

const option =
  (name: string, value: (wanted: string) => string): Change =>
  (wanted, live) => [`alter publication ${live.name} set (${name} = ${value(wanted ?? '')})`];

/** Adds, removes or replaces one table (`table erp.people`, its columns and filter) or schema. */
const member =
  (prefix: string): Change =>
  (wanted, live, _expected, aspect) => {
    const name = `${prefix} ${aspect.slice(aspect.indexOf(' ') + 1)}`;
    return [
      ...(live.attributes[aspect] == null ? [] : [`alter publication ${live.name} drop ${name}`]),
      ...(wanted === null
        ? []
        : [`alter publication ${live.name} add ${name}${prefix === 'table' ? wanted : ''}`]),
    ];
  };

export const publicationChanges: Changes = {
  publish: option('publish', (wanted) => `'${wanted}'`),
  'via root': option('publish_via_partition_root', (wanted) => (wanted === 'yes' ? 'true' : 'false')),
  table: member('table'),
  schema: member('tables in schema'),
};

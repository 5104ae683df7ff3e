import { type CatalogObject, type ObjectKind, tableOf } from '../../catalog/catalog.ts';
import type { Losable } from '../difference.ts';

type Removal = (object: CatalogObject) => string;

const drop: Removal = ({ kind, name }) => `drop ${kind} ${name}`;
const dropPart: Removal = (object) => `drop ${object.kind} ${object.part} on ${tableOf(object)}`;
const dropConstraint: Removal = (object) => `alter table ${tableOf(object)} drop constraint ${object.part}`;

/** Returns the statement that drops an object whose dependents were dropped before. */
export const removal: Record<ObjectKind, Removal> = {
  extension: drop,
  role: drop,
  schema: drop,
  collation: drop,
  type: drop,
  domain: drop,
  sequence: drop,
  function: drop,
  procedure: drop,
  aggregate: drop,
  cast: drop,
  table: drop,
  view: drop,
  'materialized view': drop,
  index: drop,
  column: (object) => `alter table ${tableOf(object)} drop column ${object.part}`,
  'primary key': dropConstraint,
  unique: dropConstraint,
  check: dropConstraint,
  exclusion: dropConstraint,
  'foreign key': dropConstraint,
  trigger: dropPart,
  rule: dropPart,
  policy: dropPart,
  statistics: drop,
  publication: drop,
  'event trigger': drop,
  grant: (object) => revoke(object, 'all'),
  'default privilege': (object) => revoke(object, 'all'),
};

/** Returns the object whose rows are lost with this one. A generated column loses nothing: it is computed again. */
export function losesWith(object: CatalogObject): { readonly loses?: Losable } {
  const { kind, name, attributes } = object;
  if (kind === 'table' || kind === 'extension') return { loses: { kind, name } };
  const table = tableOf(object);
  return kind !== 'column' || attributes.generated || table === null
    ? {}
    : { loses: { kind: 'table', name: table } };
}

/** The name of a grant is the end of the statement: `on table erp.people to erp_api`, `(email) on table …`. */
export function grant(object: CatalogObject, privilege: string): string {
  const [before, after] = aroundOn(object);
  return object.kind === 'grant'
    ? `grant ${privilege}${before} on ${after} to ${object.part}`
    : `alter default privileges ${before} grant ${privilege} on ${after} to ${object.part}`;
}

export function revoke(object: CatalogObject, privilege: string): string {
  const [before, after] = aroundOn(object);
  return object.kind === 'grant'
    ? `revoke ${privilege}${before} on ${after} from ${object.part}`
    : `alter default privileges ${before} revoke ${privilege} on ${after} from ${object.part}`;
}

function aroundOn({ name, part }: CatalogObject): [before: string, after: string] {
  const target = name.slice(0, -` to ${part}`.length);
  const place = target.startsWith('on ') ? 0 : target.indexOf(' on ') + 1;
  const before = target.slice(0, place).trim();
  return [before.startsWith('(') ? ` ${before}` : before, target.slice(place + 'on '.length)];
}

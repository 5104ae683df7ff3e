import type { CatalogObject } from '../../catalog/catalog.ts';
import { byHand, type Change, type Changes } from './change.ts';

/** A domain's checks are attributes named `check …`. */
export const domainChanges: Changes = {
  'not null': (wanted, live) => [`alter domain ${live.name} ${wanted === 'yes' ? 'set' : 'drop'} not null`],
  default: (wanted, live) => [
    `alter domain ${live.name} ${wanted === null ? 'drop default' : `set default ${wanted}`}`,
  ],
  check: (wanted, live, _expected, aspect) => {
    const name = aspect.slice('check '.length);
    const removed = live.attributes[aspect] ? [`alter domain ${live.name} drop constraint ${name}`] : [];
    return wanted === null
      ? removed
      : [...removed, `alter domain ${live.name} add constraint ${name} ${wanted}`];
  },
};

const labelsIn = (text: string | null | undefined): readonly string[] => text?.match(/'(?:[^']|'')*'/g) ?? [];

/** Returns labels that were renamed: unexpected ones at the position of a missing one. */
function renamedLabels(target: readonly string[], there: readonly string[]): ReadonlyMap<string, string> {
  if (target.length !== there.length) return new Map();
  const pairs = there.map((label, place) => [label, target[place] ?? label] as const);
  const moved = pairs.filter(([label, wanted]) => label !== wanted);
  const isRename = moved.every(([label, wanted]) => !target.includes(label) && !there.includes(wanted));
  return new Map(isRename ? moved : []);
}

/** A label can be added or renamed; PostgreSQL cannot remove or move one. */
const enumLabels: Change = (wanted, live, expected, aspect) => {
  const target = labelsIn(wanted);
  const before = labelsIn(live.attributes.labels);
  const renamed = renamedLabels(target, before);
  if (renamed.size > 0) {
    return [...renamed].map(([label, name]) => `alter type ${live.name} rename value ${label} to ${name}`);
  }
  const there = before;
  if (target.filter((label) => there.includes(label)).join() !== there.join()) {
    return byHand(wanted, live, expected, aspect);
  }
  return target.flatMap((label, place) => {
    if (there.includes(label)) return [];
    const before = target[place - 1];
    const first = there[0] === undefined ? '' : ` before ${there[0]}`;
    return [`alter type ${live.name} add value ${label}${before === undefined ? first : ` after ${before}`}`];
  });
};

/** Returns the name of the only attribute that one of two types has and the other lacks; undefined if there is another number. */
function onlyIn(type: CatalogObject, other: CatalogObject): string | undefined {
  const names = Object.keys(type.attributes).filter((name) => name.startsWith('attribute '));
  const [name, ...more] = names.filter((one) => other.attributes[one] == null);
  return more.length === 0 ? name : undefined;
}

/** Values of a removed attribute are lost; they are in the tables that use the type. Tables of the type follow it. */
const attribute: Change = (wanted, live, expected, aspect) => {
  const name = aspect.slice('attribute '.length);
  const [added, removed] = [onlyIn(expected, live), onlyIn(live, expected)];
  const isRename =
    (aspect === added || aspect === removed) &&
    added !== undefined &&
    removed !== undefined &&
    expected.attributes[added] === live.attributes[removed];
  if (isRename) {
    const [from, to] = [removed, added].map((one) => one.slice('attribute '.length));
    return [`alter type ${live.name} rename attribute ${from} to ${to} cascade`];
  }
  if (live.attributes[aspect] == null)
    return [`alter type ${live.name} add attribute ${name} ${wanted} cascade`];
  const change = [
    wanted === null
      ? `alter type ${live.name} drop attribute ${name} cascade`
      : `alter type ${live.name} alter attribute ${name} type ${wanted} cascade`,
  ];
  return { around: change, losing: new Set(change) };
};

export const typeChanges: Changes = { labels: enumLabels, attribute };

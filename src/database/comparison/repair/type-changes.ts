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

/** A label can be added in place; PostgreSQL has no way to take one away, or to put it elsewhere. */
export const enumLabels: Change = (wanted, live, expected, aspect) => {
  const target = labelsIn(wanted);
  const there = labelsIn(live.attributes.labels);
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

import { InvalidArgumentError } from 'commander';

/** Refuses the values that an unset shell variable leads to: nothing, or the next flag. */
export function folder(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('it is empty; for the current directory, write .');
  if (value.startsWith('-')) throw new InvalidArgumentError(`for a directory of that name, write ./${value}`);
  return value;
}

/** Adds one path to those of the flags before it. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  if (value === '') throw new InvalidArgumentError('a path is required.');
  return [...before, value];
}

/** Adds the names that a value lists, separated by commas or blanks. */
export function listed(value: string, before: readonly string[] = []): readonly string[] {
  const names = value.split(/[,\s]+/).filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('it is empty.');
  return [...before, ...names];
}

/** Refuses an empty reason: the journal records it. */
export function reasonIn(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('a reason is required.');
  return value;
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const longestValidity = 30 * units.d;

/** Returns a duration such as `30m`, `8h` or `3d` in milliseconds. */
export function validity(value: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(value) ?? [];
  const milliseconds = Number(count) * (unit === 'm' ? units.m : unit === 'h' ? units.h : units.d);
  if (unit === '' || milliseconds === 0 || milliseconds > longestValidity) {
    throw new InvalidArgumentError('it is not a duration between 1m and 30d, such as 8h.');
  }
  return milliseconds;
}

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

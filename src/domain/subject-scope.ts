import type { ChangeSubject } from './change-subject.ts';

/** Returns the name of a subject in journals and saved plans: two changes with one scope affect the same thing. */
export function scopeOfSubject(subject: ChangeSubject): string {
  switch (subject.kind) {
    case 'write':
      return `write:${fileKey(subject)}${subject.part === undefined ? '' : ':mode'}`;
    case 'move':
      return `move:${subject.from}:${subject.to}`;
    case 'command':
      return `command:${subject.host}:${subject.name}`;
    case 'sql':
      return ['sql', subject.database, subject.operation, subject.migration ?? subject.pid]
        .filter((part) => part !== undefined)
        .join(':');
    case 'request':
      return `request:${subject.method}:${subject.url}`;
  }
}

/** Returns the name of a file in the journal: its path, with its host if that is not the workspace's. */
export function fileKey({
  host,
  path,
}: {
  readonly host?: 'here' | 'production';
  readonly path: string;
}): string {
  return host === undefined || host === 'here' ? path : `${host}:${path}`;
}

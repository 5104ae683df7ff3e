import * as z from 'zod/mini';

const hostSchema = z.enum(['here', 'production']);

/** What a change affects, without its content. The journal records it; a pending change names what it will affect. */
export const subjectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('write'),
    host: hostSchema,
    path: z.string(),
    /** `mode`: only its permissions; left out for the file or folder itself. */
    part: z.exactOptional(z.literal('mode')),
  }),
  z.object({ kind: z.literal('move'), from: z.string(), to: z.string() }),
  z.object({
    kind: z.literal('command'),
    host: hostSchema,
    /** Its arguments, or the text that names it whatever they are. */
    name: z.string(),
    /** Set if a rollback depends on it. */
    purpose: z.exactOptional(z.enum(['dump', 'compare-dump'])),
  }),
  z.object({
    kind: z.literal('sql'),
    database: z.enum(['embedded', 'docker', 'production']),
    /** Type of the operation, as in `SqlChange`. */
    operation: z.string(),
    /** Name of the migration that it applies. */
    migration: z.exactOptional(z.string()),
    /** The session that it ends. */
    pid: z.exactOptional(z.number()),
  }),
  z.object({ kind: z.literal('request'), method: z.string(), url: z.string() }),
]);

export type ChangeSubject = Readonly<z.infer<typeof subjectSchema>>;

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

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

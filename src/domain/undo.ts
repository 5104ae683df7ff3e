import * as z from 'zod/mini';

const host = z.enum(['here', 'production']);

/** A part of a file that was replaced: a rollback restores it byte by byte. */
const spanSchema = z.object({
  /** Its offset, in UTF-16 code units. */
  at: z.number(),
  before: z.string(),
  after: z.string(),
});

/** An ingress rule of a tunnel that was added, or whose service was changed. */
const routeSchema = z.object({
  type: z.literal('route'),
  hostname: z.string(),
  service: z.string(),
  /** The rule's service before; left out if the rule was added. */
  was: z.exactOptional(z.string()),
  /** The file had no ingress before, so the catch-all rule was added as well. */
  alone: z.exactOptional(z.literal(true)),
  /** The `originRequest` of the rule that was added, which it would otherwise inherit. */
  settings: z.exactOptional(
    z.object({ bastionMode: z.exactOptional(z.boolean()), httpHostHeader: z.exactOptional(z.string()) }),
  ),
  /** What the edit of a file replaced. */
  span: z.exactOptional(spanSchema),
});

/** The content of a DNS record in Cloudflare's API. */
const recordContentSchema = z.object({
  type: z.string(),
  content: z.string(),
  proxied: z.boolean(),
  /** Seconds; 1 is Cloudflare's own choice. */
  ttl: z.number(),
  comment: z.exactOptional(z.string()),
});

/** A DNS record at Cloudflare that points to a tunnel, and was created or replaced. */
const recordSchema = z.object({
  type: z.literal('record'),
  /** Ids at Cloudflare. */
  zone: z.string(),
  tunnel: z.string(),
  host: z.string(),
  /** The record before; left out if there was none. */
  was: z.exactOptional(recordContentSchema),
});

/** How to undo a change, as the journal records it. Writing a file has `written` and `backup` there instead. */
export const undoSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('folder'),
    host,
    path: z.string(),
    /** Parent folders that are created with it, the nearest first. */
    above: z.readonly(z.array(z.string())),
  }),
  z.object({ type: z.literal('move'), from: z.string(), to: z.string(), sha256: z.string() }),
  z.object({ type: z.literal('service'), host, name: z.string() }),
  z.object({ type: z.literal('network'), host, name: z.string() }),
  routeSchema,
  recordSchema,
  z.object({
    type: z.literal('migration'),
    database: z.enum(['embedded', 'docker', 'production']),
    name: z.string(),
  }),
]);

export type Undo = Readonly<z.infer<typeof undoSchema>>;
export type MadeRoute = Readonly<z.infer<typeof routeSchema>>;
export type MadeRecord = Readonly<z.infer<typeof recordSchema>>;
export type RecordContent = Readonly<z.infer<typeof recordContentSchema>>;
export type EditedSpan = Readonly<z.infer<typeof spanSchema>>;

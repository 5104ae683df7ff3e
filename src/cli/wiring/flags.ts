import * as z from 'zod/mini';

// Shared, because creating schemas takes a part of every start.
const text = z.string();
const optional = z.optional(text);
const off = z._default(z.boolean(), false);
const list = z._default(z.array(text), []);

/** The flags of one command line, validated once; flags with a default always have a value. */
export const flagsSchema = z.object({
  config: optional,
  workspace: z._default(text, '.'),
  engine: z.optional(z.enum(['auto', 'docker', 'embedded'])),
  productionHost: optional,
  databaseUrl: optional,
  shadowDatabaseUrl: optional,
  phase: list,
  only: list,
  skip: list,
  from: optional,
  until: optional,
  nonInteractive: off,
  yes: off,
  json: off,
  verbose: off,
  plain: off,
  color: z._default(z.boolean(), true),
  overwrite: list,
  fixStarter: off,
  allowPopulated: off,
  createEnv: off,
  replaceRoute: off,
  upgradeMajor: off,
  restartDatabase: off,
  replaceDns: off,
  allowCopiedJournal: off,
  cloudflareTokenFile: optional,
  hostKeyFingerprint: optional,
  withoutLocalTest: optional,
  withoutRehearsal: optional,
  waitForLock: off,
  productionOnly: off,
  quiet: off,
  notifyOnChange: off,
  recorded: off,
  strict: off,
  behaviour: z._default(z.boolean(), true),
  repairSql: off,
  includeDestructive: off,
  force: off,
  role: z._default(text, 'erp_api'),
  installTimer: off,
  removeTimer: off,
  identity: optional,
  drill: off,
  finish: off,
  compromised: off,
  passwordFile: optional,
  ttl: z._default(text, '1h'),
  lessons: optional,
  file: optional,
  /** The command's only argument. */
  argument: optional,
  follow: off,
  watch: off,
  tail: z._default(text, '200'),
  since: optional,
  output: optional,
  out: optional,
  /** Milliseconds. */
  validFor: z._default(z.number(), 86_400_000),
  show: optional,
  format: z._default(z.enum(['text', 'markdown']), 'text'),
  plan: optional,
  write: off,
});

export type Flags = z.infer<typeof flagsSchema>;

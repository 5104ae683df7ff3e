import { parseDocument } from 'yaml';
import * as z from 'zod';
import { type GivenContainers, type GivenService, memoryIn } from '../../config/containers.ts';
import { duplicateKeys } from '../../config/duplicate-keys.ts';

const text = z.union([z.string(), z.number()]).transform(String);

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  container_name: z.string().optional(),
  command: z.array(text).optional().catch(undefined),
  environment: z.record(z.string(), text.nullable()).optional().catch(undefined),
  ports: z.array(text).optional().catch(undefined),
  mem_limit: text.optional().catch(undefined),
  cpus: text.optional().catch(undefined),
  labels: z.record(z.string(), text).optional().catch(undefined),
  security_opt: z.array(text).optional().catch(undefined),
  read_only: z.boolean().optional().catch(undefined),
});

const fileSchema = z.looseObject({
  services: z.looseObject({ 'postgres-erp': serviceSchema, 'postgrest-erp': serviceSchema }),
  networks: z
    .record(z.string(), z.looseObject({ name: z.string().optional() }).nullable())
    .optional()
    .catch(undefined),
});

type ServiceEntry = z.output<typeof serviceSchema>;

/** What a compose file says, in terms of the settings; what it does not say is absent. */
export interface ComposeReading {
  readonly containers: GivenContainers;
  readonly database: { readonly name?: string; readonly user?: string };
  readonly publicHost?: string;
  /** Ports that are published beyond 127.0.0.1, as they are written. */
  readonly exposed: readonly string[];
}

/** Reads a compose file; null if it is not YAML, or does not have both services. */
export function readCompose(compose: string): ComposeReading | null {
  const file = fileSchema.safeParse(parsed(compose));
  if (!file.success) return null;
  const { services, networks = {} } = file.data;
  const [database, api] = [services['postgres-erp'], services['postgrest-erp']];
  const { POSTGRES_USER: user, POSTGRES_DB: name } = database.environment ?? {};
  const [, publicHost] = /Host\(`([^`]+)`\)/.exec(Object.values(api.labels ?? {}).join('\n')) ?? [];
  const [network] = Object.entries(networks).map(([key, value]) => value?.name ?? key);
  return {
    containers: {
      database: { ...serviceIn(database, 5432), settings: settingsIn(database) },
      api: serviceIn(api, 3000),
      ...(network !== undefined && { network }),
      hardened: isHardened(database) || isHardened(api),
    },
    database: { ...(name && { name }), ...(user && { user }) },
    ...(publicHost !== undefined && { publicHost }),
    exposed: [...(database.ports ?? []), ...(api.ports ?? [])].filter((one) => !onLoopback.test(one)),
  };
}

/** The user may have removed a part of it. */
function isHardened({ security_opt: options, read_only: isReadOnly }: ServiceEntry): boolean {
  return isReadOnly === true || (options ?? []).some((one) => one.startsWith('no-new-privileges'));
}

const onLoopback = /^127\.0\.0\.1:/;

function parsed(compose: string): unknown {
  try {
    // Pretty errors take quadratic time. The library's warnings would go to stderr as they are, with
    // lines of the file.
    const document = parseDocument(compose, { logLevel: 'error', prettyErrors: false, uniqueKeys: false });
    // Compose refuses a file in which a mapping has a key twice.
    if (document.errors.length > 0 || duplicateKeys(document).length > 0) return null;
    return document.toJS();
  } catch (error) {
    if (isFaultOfText(error)) return null;
    throw error;
  }
}

/** The library throws other errors for aliases without an anchor or without end, deep nesting, and merges of no mapping. */
function isFaultOfText(error: unknown): boolean {
  if (error instanceof ReferenceError || error instanceof RangeError) return true;
  return error instanceof Error && (error.name === 'YAMLParseError' || error.message.startsWith('Merge '));
}

function serviceIn(entry: ServiceEntry, innerPort: number): GivenService {
  const published = (entry.ports ?? []).flatMap((one) => {
    const [, outer, inner] = /^127\.0\.0\.1:(\d+):(\d+)$/.exec(one) ?? [];
    return Number(inner) === innerPort ? [Number(outer)] : [];
  });
  const memory = memoryIn(entry.mem_limit ?? '');
  const cpus = Number(entry.cpus);
  return {
    ...(entry.container_name !== undefined && { name: entry.container_name }),
    ...(entry.image !== undefined && { image: entry.image }),
    ...(published[0] !== undefined && { port: published[0] }),
    ...(memory !== null && { memory }),
    ...(cpus > 0 && { nanoCpus: Math.round(cpus * 1e9) }),
  };
}

/** Returns the settings of `postgres -c NAME=VALUE`. */
function settingsIn({ command = [] }: ServiceEntry): Readonly<Record<string, string>> {
  const pairs = command.flatMap((word, index) => {
    const [, name, value] = /^([a-z][\w.]*)=(.*)$/.exec(word) ?? [];
    return command[index - 1] === '-c' && name !== undefined && value !== undefined ? [[name, value]] : [];
  });
  return Object.fromEntries(pairs);
}

const sectionsSchema = z.looseObject({
  services: z.record(z.string(), z.unknown()),
  networks: z.unknown().optional(),
});

/** Returns the parts of a compose file that decide about its containers; null if it is not one. */
export function sectionsOf(compose: string): z.output<typeof sectionsSchema> | null {
  const file = sectionsSchema.safeParse(parsed(compose));
  return file.success ? file.data : null;
}

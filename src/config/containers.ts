/** A container of the deployment. */
export interface Service {
  /** Its service in the compose file, and so its name in the network; it never changes. */
  readonly key: 'postgres-erp' | 'postgrest-erp';
  /** The name of the container. */
  readonly name: string;
  /** `NAME:TAG`, or with a digest. */
  readonly image: string;
  /** The port on 127.0.0.1 of the host that it is published on. */
  readonly port: number;
  /** The port inside of the container. */
  readonly innerPort: number;
  /** Its limit, in bytes. */
  readonly memory: number;
  /** Its limit, in billionths of a CPU. */
  readonly nanoCpus: number;
}

/** The containers of a deployment, and the network that they share with others. */
export interface Containers {
  readonly database: Service & {
    /** PostgreSQL's settings by name, as its command line sets them. */
    readonly settings: Readonly<Record<string, string>>;
  };
  readonly api: Service;
  readonly network: string;
  /** Whether the containers have a read-only root and no new privileges, among others; see `harden.ts`. */
  readonly hardened: boolean;
}

/** What a configuration or a compose file says about a service; what it leaves out is absent. */
export type GivenService = Partial<Pick<Service, 'name' | 'image' | 'port' | 'memory' | 'nanoCpus'>>;

/** What a configuration or a compose file says about the containers. */
export interface GivenContainers {
  readonly database: GivenService & { readonly settings?: Readonly<Record<string, string>> };
  readonly api: GivenService;
  readonly network?: string;
  readonly hardened?: boolean;
}

const megabyte = 1024 ** 2;

/**
 * Logs slow statements and long waits for locks, to the container's log, which is rotated. The values of parameters are
 * not logged: PostgREST passes the whole body of a request as one. Lines name the role and the application of their
 * session, so that errors of erp-deploy's own can be told from others (`log-noise.ts`).
 */
const logSettings = {
  log_line_prefix: '%m [%p] %q[%u %a] ',
  log_min_duration_statement: '1s',
  log_parameter_max_length: '0',
  log_lock_waits: 'on',
} as const;

/** The containers of the checklist. PostgreSQL's settings are sized for the limit of the memory. */
export const defaultContainers: Containers = {
  database: {
    key: 'postgres-erp',
    name: 'postgres-erp',
    image: 'pgvector/pgvector:0.8.6-pg17-bookworm',
    port: 5432,
    innerPort: 5432,
    memory: 300 * megabyte,
    nanoCpus: 500_000_000,
    settings: {
      shared_buffers: '64MB',
      effective_cache_size: '128MB',
      work_mem: '4MB',
      maintenance_work_mem: '48MB',
      autovacuum_work_mem: '16MB',
      max_connections: '40',
      max_parallel_workers_per_gather: '0',
      max_parallel_maintenance_workers: '0',
      jit: 'off',
      ...logSettings,
    },
  },
  api: {
    key: 'postgrest-erp',
    name: 'postgrest-erp',
    image: 'postgrest/postgrest:v14.17',
    port: 3000,
    innerPort: 3000,
    memory: 100 * megabyte,
    nanoCpus: 250_000_000,
  },
  network: 'portfolio-network',
  hardened: true,
};

/** The same as the compose files of versions before the containers were hardened, which deployments keep. */
const unhardenedContainers: Containers = {
  ...defaultContainers,
  hardened: false,
  database: {
    ...defaultContainers.database,
    settings: Object.fromEntries(
      Object.entries(defaultContainers.database.settings).filter(
        ([name]) => !Object.hasOwn(logSettings, name),
      ),
    ),
  },
};

/** Returns the containers with what is given; a later one wins, setting by setting. */
export function containersWith(...given: readonly GivenContainers[]): Containers {
  const hardened = given.findLast((one) => one.hardened !== undefined)?.hardened ?? true;
  return given.reduce<Containers>(
    (all, one) => ({
      hardened: all.hardened,
      database: {
        ...all.database,
        ...one.database,
        settings: { ...all.database.settings, ...one.database.settings },
      },
      api: { ...all.api, ...one.api },
      network: one.network ?? all.network,
    }),
    hardened ? defaultContainers : unhardenedContainers,
  );
}

/** Returns both services, the database first. */
export const servicesIn = ({ database, api }: Containers): readonly [Service, Service] => [database, api];

/** Returns bytes as Compose reads and writes them: `300m`. */
export function memoryText(bytes: number): string {
  return bytes % megabyte === 0 ? `${bytes / megabyte}m` : String(bytes);
}

/** Returns the bytes in a text such as `300m` or `1.5g`; null if it is not an amount of memory. */
export function memoryIn(text: string): number | null {
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*([bkmg])?b?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return null;
  return Math.round(Number(amount) * 1024 ** 'bkmg'.indexOf(unit.toLowerCase()));
}

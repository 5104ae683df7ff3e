import * as z from 'zod';
import { defaultContainers, memoryIn, memoryText, type Service } from './containers.ts';
import { containerName, mapping, text } from './setting-parts.ts';

/** As docker accepts it (distribution/reference), with a tag or a digest: without one, docker takes `latest`. */
const imageName =
  /^(?=.{3,250}$)(?:[a-z\d.-]+(?::\d{1,5})?\/)?[a-z\d._/-]+(?::[\w][\w.-]{0,127}(?:@sha256:[\da-f]{64})?|@sha256:[\da-f]{64})$/i;
const memoryAmount = /^[1-9]\d{0,5}[mg]$/;

/** Returns the schema of what both containers have. */
function service({ name, image, port, memory, nanoCpus }: Service, what: string) {
  return {
    name: text(containerName, 'the name of a container')
      .optional()
      .describe(`The name of ${what}. Default: ${name}.`),
    image: text(imageName, 'an image with a tag or a digest, such as pgvector/pgvector:0.8.6-pg17-bookworm')
      .optional()
      .describe(`Its image, with a tag or a digest; NAME:TAG@sha256:… pins it. Default: ${image}.`),
    port: z
      .int({ error: portRange })
      .min(1, { error: portRange })
      .max(65_535, { error: portRange })
      .optional()
      .describe(`The port on 127.0.0.1 of the host. Default: ${port}.`),
    memory: text(memoryAmount, 'an amount of memory such as 300m or 1g')
      .optional()
      .describe(`Its limit of memory. Default: ${memoryText(memory)}.`),
    cpus: z
      .number({ error: cpuRange })
      .min(0.05, { error: cpuRange })
      .max(512, { error: cpuRange })
      .optional()
      .describe(`Its limit of CPUs. Default: ${nanoCpus / 1e9}.`),
  };
}

const portRange = 'a port from 1 to 65535';
const cpuRange = 'a number of CPUs from 0.05 to 512';

/** Set by erp-deploy or by the image: with another value, the database could not be reached or found. */
const ownSettings = new Set([
  ...['port', 'listen_addresses', 'unix_socket_directories', 'data_directory'],
  ...['config_file', 'hba_file', 'ident_file', 'external_pid_file'],
]);
const settingName = /^[a-z][a-z\d_]*(?:\.[a-z][a-z\d_]*)?$/;
/** Nothing that YAML, Compose ($) or a shell could read as something else. */
const settingValue = /^[\w .,:;+*/%@()[\]=-]{1,200}$/;

const settingFault = 'a value of one line, without quotes and $';

const postgresSettings = z.record(
  z.string().refine((name) => settingName.test(name) && !ownSettings.has(name)),
  z.union(
    [text(settingValue, settingFault), z.number(), z.boolean().transform((is) => (is ? 'on' : 'off'))],
    { error: settingFault },
  ),
  mapping,
);

export const databaseContainer = z.strictObject(
  {
    ...service(defaultContainers.database, 'the container of PostgreSQL'),
    settings: postgresSettings
      .optional()
      .describe("PostgreSQL's settings by name, such as shared_buffers: 128MB. Others keep their values."),
  },
  mapping,
);

export const apiContainer = z.strictObject(
  service(defaultContainers.api, 'the container of PostgREST'),
  mapping,
);

export const containers = z
  .strictObject(
    {
      database: databaseContainer.prefault({}).describe('The container of PostgreSQL.'),
      api: apiContainer.prefault({}).describe('The container of PostgREST.'),
      network: text(containerName, 'the name of a network')
        .optional()
        .describe(
          `The network that the containers share with Traefik. Default: ${defaultContainers.network}.`,
        ),
      hardened: z
        .boolean({ error: 'true or false' })
        .optional()
        .describe(
          'Whether the containers have a read-only root, no new privileges, time to stop, data checksums (new data only) and a log of slow statements. Default: true; an existing docker-compose.yml keeps what it has.',
        ),
    },
    mapping,
  )
  .superRefine(({ database, api }, context) => {
    const given = {
      database: portOf(database, defaultContainers.database),
      api: portOf(api, defaultContainers.api),
    };
    if (given.database === given.api) context.addIssue('another port for each container');
    const buffers = postgresBytes(database.settings?.shared_buffers);
    const memory = memoryIn(database.memory ?? '') ?? defaultContainers.database.memory;
    if (buffers !== null && buffers > memory * mostBuffers)
      context.addIssue(`shared_buffers of at most half of the container's memory (${memoryText(memory)})`);
  });

const portOf = ({ port }: { readonly port?: number | undefined }, service: Service) => port ?? service.port;

/** The part of the memory beyond which sessions would be left without any, so that the kernel kills the server. */
const mostBuffers = 0.5;

/** Returns the bytes of a setting such as `128MB`; null if it has no unit, or is not given. */
function postgresBytes(value: unknown): number | null {
  const [, amount, unit = ''] = /^(\d+)([kMG])B$/.exec(String(value)) ?? [];
  return amount === undefined ? null : memoryIn(`${amount}${unit}`);
}

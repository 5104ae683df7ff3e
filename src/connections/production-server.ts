import type { DatabaseTarget } from '../config/database-target.ts';
import type { Host } from '../domain/ports/host.ts';
import type { Session } from '../domain/session.ts';
import type { ServerAddress, ServerTarget } from '../targets/target.ts';
import type { ConnectedProduction } from './connected-production.ts';
import { workspaceLocation } from './local-target.ts';
import { serverDatabase } from './server-database.ts';

/** How the server that a URL names is reached. */
export interface ServerReach {
  /** Resolves the URL; called once. */
  target(): Promise<DatabaseTarget>;
  open(target: DatabaseTarget): Promise<Session>;
  /** A file of the authorities that erp-deploy trusts; removed by `forget`. */
  authorities(): Promise<string>;
  forget(): Promise<void>;
}

/** Returns the database of a URL as production. The first session logs in. */
export function productionServer(reach: ServerReach, here: Host): ConnectedProduction<ServerTarget> {
  let resolved: Promise<DatabaseTarget> | undefined;
  let name: string | null = null;
  const target = async () => {
    resolved ??= reach.target();
    const found = await resolved;
    name = nameOf(found);
    return found;
  };
  const open = async (other?: string) => {
    const own = await target();
    return reach.open(other === undefined ? own : { ...own, database: other });
  };
  const database = serverDatabase('production', async () => true, open);
  return {
    name: 'production',
    database,
    stack: null,
    files: workspaceLocation(here),
    items: {},
    server: {
      here,
      open: () => open(),
      address: async () => addressOf(await target(), reach),
      knownName: () => name,
    },
    lock: null,
    close: async () => {
      await database.close();
      await reach.forget();
    },
  };
}

function nameOf({ host, port, database }: DatabaseTarget): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}

function addressOf(target: DatabaseTarget, reach: ServerReach): ServerAddress {
  const { host, port, database, user, ssl } = target;
  return {
    name: nameOf(target),
    host,
    port,
    database,
    user,
    protection: protections[ssl.mode],
    environment: async () => {
      const root = ssl.rootCertificateFile ?? (verifies(target) ? await reach.authorities() : undefined);
      return {
        PGHOST: host,
        PGPORT: String(port),
        PGDATABASE: database,
        PGUSER: user,
        PGSSLMODE: ssl.mode,
        PGAPPNAME: 'erp-deploy',
        PGCONNECT_TIMEOUT: '15',
        ...(root === undefined ? {} : { PGSSLROOTCERT: root }),
        ...(target.password === undefined ? {} : { PGPASSWORD: target.password }),
      };
    },
  };
}

const verifies = ({ ssl }: DatabaseTarget) => ssl.mode === 'verify-ca' || ssl.mode === 'verify-full';

const protections: Readonly<Record<DatabaseTarget['ssl']['mode'], string>> = {
  disable: 'without TLS',
  prefer: 'with TLS if the server supports it, unverified',
  require: 'with TLS, its certificate unverified',
  'verify-ca': "with TLS, its certificate's authority verified",
  'verify-full': 'with TLS, its certificate verified',
};

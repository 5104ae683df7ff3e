import { randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { defaultContainers } from '../../src/config/containers.ts';
import { parseEnvFile } from '../../src/config/env-file.ts';
import { keysIn } from '../../src/config/jwt-keys.ts';
import type { RotationParts } from '../../src/containers/rotation.ts';
import { beginJwt, finishJwt, rotatePostgrest, rotateService } from '../../src/containers/rotations.ts';
import { readonlyPassword } from '../../src/database/readonly.ts';
import type { Change } from '../../src/domain/change.ts';
import type { Database } from '../../src/domain/ports/database.ts';
import type { ServerLogin } from '../../src/domain/ports/host.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import { Secret } from '../../src/domain/secret.ts';
import { DatabaseError, type Session } from '../../src/domain/session.ts';
import { contentOf } from '../../src/engine/file-content.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { engineThere, inspected, scriptedHost } from '../support/production/scripted-host.ts';

const keys = ['POSTGRES_PASSWORD', 'POSTGREST_JWT_SECRET', 'POSTGREST_DB_PASSWORD'] as const;
const oldKey = 'the-old-key-that-signs-tokens-32-bytes-long';

class Killed extends Error {}

/**
 * A server with a `.env`, a database with roles, and an API that was created with the values of the `.env` at that
 * time.
 */
class FakeServer {
  readonly files = new MemoryFiles().put(
    '.env',
    `POSTGRES_PASSWORD=owner\nPOSTGREST_JWT_SECRET=${oldKey}\nPOSTGREST_DB_PASSWORD=old\n`,
    0o600,
  );
  readonly passwords = new Map([['erp_authenticator', 'old']]);
  /** How many times the API was recreated. */
  starts = 0;
  readonly said: string[] = [];
  #createdWith = this.env();
  #changes = 0;
  #killAt = { change: Number.POSITIVE_INFINITY, when: 'before' as 'before' | 'after' };

  env(): ReadonlyMap<string, string> {
    const { entries } = parseEnvFile(this.files.text('.env') ?? '', [
      ...keys,
      'ERP_SERVICE_PASSWORD_PENDING',
      'POSTGREST_DB_PASSWORD_PENDING',
      'POSTGREST_JWT_SECRET_PENDING',
      'POSTGREST_JWT_SECRET_OLD',
    ]);
    return new Map(entries.map(({ key, value }) => [key, value?.reveal() ?? '']));
  }

  killAt(change: number, when: 'before' | 'after'): this {
    this.#killAt = { change, when };
    return this;
  }

  async parts(): Promise<RotationParts> {
    this.#changes = 0;
    await this.files.makeDirectory('.');
    const session: Session = {
      query: async () => [],
      script: async () => [[{ ledger: '' }]],
      close: async () => undefined,
    };
    const database: Database = {
      target: 'docker',
      state: async () => ({ is: 'present' }),
      session: async () => session,
      create: async () => session,
      ignore: () => undefined,
      close: async () => undefined,
    };
    const host = scriptedHost((argv) => this.#answer(argv), {
      files: this.files,
      openServer: (login) => this.#logIn(login, session),
      get: async (_port, _path, { authorization = '' }) => ({
        status: await this.#statusFor(authorization.slice('Bearer '.length)),
        etag: null,
        body: '[]',
      }),
    });
    return {
      target: {
        name: 'a test',
        database,
        stack: { host, folder: '.', containers: defaultContainers },
        server: null,
        files: { files: this.files, folder: '.' },
        items: {},
      },
      database: 'portfolio',
      randomBytes,
      signal: new AbortController().signal,
      apply: (change) => this.#apply(change),
      say: (text) => void this.said.push(text),
    };
  }

  async #apply(change: Change): Promise<void> {
    const { change: at, when } = this.#killAt;
    this.#changes += 1;
    if (this.#changes === at && when === 'before') throw new Killed();
    await this.#perform(change);
    if (this.#changes === at) throw new Killed();
  }

  async #perform(change: Change): Promise<void> {
    if (change.kind === 'write' && change.entry.type === 'file') {
      expect(change.entry.confidential).toBe(true);
      return this.files.write(change.path, contentOf(change.entry.content, randomBytes), change.entry.mode);
    }
    if (change.kind === 'command') {
      this.#createdWith = this.env();
      this.starts += 1;
      return;
    }
    if (change.kind !== 'sql' || !('password' in change.operation)) throw new Error('unexpected change');
    const { type, password } = change.operation;
    if (type === 'service-password') this.passwords.set('erp_service', password.reveal());
    else {
      this.passwords.set('erp_authenticator', password.reveal());
      this.passwords.set('erp_readonly', readonlyPassword(password).reveal());
    }
  }

  async #logIn({ user, password }: ServerLogin, session: Session): Promise<Session> {
    const given = typeof password === 'function' ? await password() : password;
    if (this.passwords.get(user) === given.reveal()) return session;
    throw new DatabaseError({ code: '28P01', message: 'wrong password' });
  }

  async #statusFor(token: string): Promise<number> {
    for (const key of keysIn(new Secret(this.#createdWith.get('POSTGREST_JWT_SECRET') ?? ''))) {
      const verified = await jwtVerify(token, new TextEncoder().encode(key.reveal())).catch(() => null);
      if (verified !== null) return 200;
    }
    return 401;
  }

  #hashOf(env: ReadonlyMap<string, string>): string {
    return ['POSTGREST_JWT_SECRET', 'POSTGREST_DB_PASSWORD'].map((key) => env.get(key)).join(' ');
  }

  #answer(argv: readonly string[]) {
    const line = argv.join(' ');
    if (line.startsWith('docker version')) return engineThere;
    if (line === 'docker compose version --short') return { stdout: '2.30.0' };
    if (line.startsWith('docker-compose')) return { exitCode: 1 };
    if (line === 'pwd -P') return { stdout: '/memory\n' };
    if (line.includes(' config --hash ')) return { stdout: `postgrest-erp ${this.#hashOf(this.env())}\n` };
    if (line.includes(' container ls ')) return { stdout: 'id\n' };
    if (line.includes(' container logs ')) return {};
    const labels = {
      'com.docker.compose.project.working_dir': '/memory',
      'com.docker.compose.config-hash': this.#hashOf(this.#createdWith),
    };
    return { stdout: inspected({ Config: { Image: 'an-image', Labels: labels } }) };
  }
}

/** Returns the keys of `.env` in their order. */
const keysOf = (server: FakeServer) => [...server.env().keys()];

const rotations = {
  service: async (server: FakeServer) =>
    rotateService(
      await server.parts(),
      async (password) => void server.said.push(`handed over: ${password.reveal()}`),
    ),
  postgrest: async (server: FakeServer) => rotatePostgrest(await server.parts()),
  jwt: async (server: FakeServer) => beginJwt(await server.parts()),
  'jwt --finish': async (server: FakeServer) => finishJwt(await server.parts(), false),
  'jwt --compromised': async (server: FakeServer) => finishJwt(await server.parts(), true),
} as const;
type Rotation = keyof typeof rotations;
const names = Object.keys(rotations) as Rotation[];

async function prepared(name: Rotation): Promise<FakeServer> {
  const server = new FakeServer();
  if (name === 'jwt --finish') await rotations.jwt(server);
  return server;
}

/** Expects what must hold after every complete rotation, interrupted or not. */
const outcomes: Readonly<Record<Rotation, (server: FakeServer) => void>> = {
  service: (server) => {
    const password = server.passwords.get('erp_service') ?? '';
    expect(password).toMatch(/^[\w-]{43}$/);
    expect(server.said).toContain(`handed over: ${password}`);
    expect(server.starts).toBe(0);
  },
  postgrest: (server) => {
    const password = server.env().get('POSTGREST_DB_PASSWORD') ?? '';
    expect(password).toMatch(/^[\w-]{43}$/);
    expect(server.passwords.get('erp_authenticator')).toBe(password);
    expect(server.starts).toBe(1);
  },
  jwt: (server) => {
    const accepted = keysIn(new Secret(server.env().get('POSTGREST_JWT_SECRET') ?? ''));
    expect(accepted).toHaveLength(2);
    expect(accepted[1]?.reveal()).toBe(oldKey);
    expect(server.starts).toBe(1);
  },
  'jwt --finish': (server) => {
    const [key, ...more] = keysIn(new Secret(server.env().get('POSTGREST_JWT_SECRET') ?? ''));
    expect(more).toEqual([]);
    expect(key.reveal()).toMatch(/^[\w-]{43}$/);
    expect(server.said).toContain('a token of the new key is accepted, one of the old key is refused');
    expect(server.starts).toBe(2);
  },
  'jwt --compromised': (server) => {
    expect(server.env().get('POSTGREST_JWT_SECRET')).toMatch(/^[\w-]{43}$/);
    expect(server.said).toContain('a token of the new key is accepted, one of the old key is refused');
    expect(server.starts).toBe(1);
  },
};

describe.each(names)('the rotation %s', (name) => {
  it('leaves each key of .env with one value', async () => {
    const server = await prepared(name);
    await rotations[name](server);
    outcomes[name](server);
    expect(keysOf(server)).toEqual(keys);
  });

  const moments = [1, 2, 3, 4, 5].flatMap((change) =>
    (['before', 'after'] as const).map((when) => ({ change, when })),
  );
  it.each(moments)('is resumed from .env if it is killed $when change $change', async ({ change, when }) => {
    const server = await prepared(name);
    const [pending, ended] = await Promise.all([
      Promise.resolve(server),
      rotations[name](server.killAt(change, when)).catch((error: unknown) => error),
    ]);
    // There is no change with this number, so the rotation was not killed.
    if (ended === undefined) return outcomes[name](server);
    expect(ended).toBeInstanceOf(Killed);
    const generated = [...pending.env()]
      .filter(([key]) => key.endsWith('_PENDING'))
      .map(([, value]) => value);
    await rotations[name](server.killAt(Number.POSITIVE_INFINITY, 'before')).catch((error: unknown) => {
      // The rotation was killed after its last change, so nothing is left to finish.
      if (name === 'jwt --finish' || name === 'jwt') expect(error).toBeInstanceOf(ProblemError);
      else throw error;
    });
    expect(keysOf(server)).toEqual(keys);
    for (const value of generated) {
      const used = [...server.env().values(), ...server.passwords.values()].some((one) =>
        keysIn(new Secret(one)).some((key) => key.reveal() === value),
      );
      expect(used, 'the value that was generated first is the one that is used').toBe(true);
    }
  });
});

it('refuses another key while two are accepted, and a finish while there is one', async () => {
  const server = new FakeServer();
  await expect(rotations['jwt --finish'](server)).rejects.toMatchObject({ problems: [{ code: 'ERP-0854' }] });
  await rotations.jwt(server);
  await expect(rotations.jwt(server)).rejects.toMatchObject({ problems: [{ code: 'ERP-0854' }] });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordFilePath, resolveDatabaseTarget } from '../../src/config/database-target.ts';
import { passwordFromPgpass } from '../../src/config/pgpass.ts';

function resolved(value: string, env: Record<string, string> = {}, passwordFile = '') {
  const read = resolveDatabaseTarget(value, { env, passwordFile });
  if ('fault' in read) throw new Error(read.fault.what);
  const { password, ...target } = read.target;
  return { ...target, password: password?.reveal(), warnings: read.warnings };
}

function faultOf(value: string) {
  const read = resolveDatabaseTarget(value, { env: {} });
  return 'fault' in read ? read.fault.what : undefined;
}

describe('a database URL', () => {
  it('is split into all its parts', () => {
    expect(resolved('postgresql://erp_admin@db.example.com:6543/portfolio\n')).toEqual({
      host: 'db.example.com',
      port: 6543,
      database: 'portfolio',
      user: 'erp_admin',
      password: undefined,
      ssl: { mode: 'verify-full' },
      warnings: [],
    });
  });

  it.each([
    ['postgres://u@h', { port: 5432, database: 'u' }],
    ['postgres://u@[::1]:1/d', { host: '::1', port: 1, ssl: { mode: 'disable' } }],
    ['postgres://u@%2Frun%2Fpostgresql/d', { host: '/run/postgresql', ssl: { mode: 'disable' } }],
    ['postgres://u@/d?host=/tmp&port=5433', { host: '/tmp', port: 5433 }],
    ['postgres://ignored@h/d?user=u&dbname=other', { user: 'u', database: 'other' }],
    ['postgres://u%40x@h/a%2Fb%20c', { user: 'u@x', database: 'a/b c' }],
    ['postgres://u@h/a+b#c', { database: 'a+b#c' }],
  ])('is read as libpq reads it: %s', (value, expected) => {
    expect(resolved(value)).toMatchObject(expected);
  });

  it('overrides the environment, which supplies the missing parts', () => {
    const env = { PGUSER: 'eu', PGPORT: '1234', PGDATABASE: 'ed', PGSSLMODE: 'require', PGHOST: 'eh' };
    expect(resolved('postgres://h', env)).toMatchObject({
      user: 'eu',
      port: 1234,
      database: 'ed',
      ssl: { mode: 'require' },
    });
    expect(resolved('postgres://u@h:1/d?sslmode=verify-ca', env)).toMatchObject({
      user: 'u',
      port: 1,
      database: 'd',
      ssl: { mode: 'verify-ca' },
    });
  });
});

describe('the password', () => {
  it('comes from the URL, with a warning', () => {
    const { password, warnings } = resolved('postgres://u:p%40ss?#+@h/d', { PGPASSWORD: 'other' });
    expect(password).toBe('p@ss?#+');
    expect(warnings).toEqual([expect.stringContaining('the URL contains a password')]);
    expect(resolved('postgres://u@h/d?password=x').warnings).toHaveLength(1);
  });

  it('comes otherwise from PGPASSWORD or the password file; an empty one counts as missing', () => {
    const file = 'h:*:d:u:filed';
    expect(resolved('postgres://u@h/d', { PGPASSWORD: 'env' }, file).password).toBe('env');
    expect(resolved('postgres://u:@h/d', { PGPASSWORD: '' }, file)).toMatchObject({
      password: 'filed',
      warnings: [],
    });
  });

  it('is searched in the same files as libpq does', () => {
    expect(passwordFilePath({ HOME: '/home/d', PGPASSFILE: '/x' })).toBe('/x');
    expect(passwordFilePath({ HOME: '/home/d' })).toBe('/home/d/.pgpass');
    expect(passwordFilePath({})).toBeUndefined();
  });
});

describe('encryption', () => {
  it.each([
    ['h', 'verify-full'],
    ['localhost', 'disable'],
    ['127.1.2.3', 'disable'],
    ['127.0.0.1.example.com', 'verify-full'],
    ['h/d?sslmode=disable', 'disable'],
    ['h/d?sslmode=allow', 'prefer'],
    ['h/d?sslmode=prefer', 'prefer'],
    ['h/d?sslmode=require', 'require'],
    ['h/d?sslmode=verify-ca', 'verify-ca'],
    ['localhost/d?sslmode=require', 'require'],
    ['h/d?sslrootcert=system', 'verify-full'],
    ['h/d?sslmode=require&sslrootcert=/ca.pem', 'verify-ca'],
  ])('of %s is %s', (where, mode) => {
    expect(resolved(`postgres://u@${where}`).ssl.mode).toBe(mode);
  });

  it('accepts a custom root certificate', () => {
    const ssl = { mode: 'verify-full', rootCertificateFile: '/ca.pem' };
    expect(resolved('postgres://u@h/d?sslrootcert=/ca.pem').ssl).toEqual(ssl);
  });

  it('causes a warning if it does not protect the connection from the network', () => {
    expect(resolved('postgres://u@h/d?sslmode=prefer').warnings[0]).toContain('read the connection');
    expect(resolved('postgres://u@localhost/d').warnings).toEqual([]);
  });

  it('names parameters that are not used', () => {
    const { warnings } = resolved('postgres://u@h/d?channel_binding=prefer&application_name=x');
    expect(warnings).toEqual(['ignored parameters of the URL: channel_binding, application_name']);
  });

  it('refuses required channel binding, and a repeated parameter', () => {
    const surroundings = { env: {} };
    expect(resolveDatabaseTarget('postgres://u@h/d?channel_binding=require', surroundings)).toMatchObject({
      fault: { what: expect.stringContaining('channel binding') },
    });
    expect(
      resolveDatabaseTarget('postgres://u@h/d', { env: { PGCHANNELBINDING: 'require' } }),
    ).toHaveProperty('fault');
    expect(
      resolveDatabaseTarget('postgres://u@h/d?sslmode=verify-full&sslmode=disable', surroundings),
    ).toMatchObject({ fault: { what: expect.stringContaining('twice') } });
  });
});

describe('a value that is not a usable URL', () => {
  it.each([
    ['', 'not a URL'],
    ['host=h dbname=d', 'not a URL'],
    ['mysql://u@h/d', 'scheme'],
    ['POSTGRES://u@h/d', 'scheme'],
    ['postgres:///d', 'no host'],
    ['postgres://u@/d', 'no host'],
    ['postgres://h/d', 'no user'],
    ['postgres://u@h:0/d', 'port'],
    ['postgres://u@h:65536/d', 'port'],
    ['postgres://u@h:x/d', 'port'],
    ['postgres://u@a,b/d', 'several hosts'],
    ['postgres://u@a:1,b:2/d', 'several hosts'],
    ['postgres://u@h/d?sslmode=no', 'sslmode'],
    ['postgres://u@h/d?sslmode=require&sslrootcert=system', 'sslrootcert=system'],
    ['postgres://u@h/d?pgbouncer=true', 'parameter'],
    ['postgres://u@h/d?sslmode', 'name=value'],
    ['postgres://u@h/d%zz', 'escape'],
    ['postgres://u@h/d%00', 'escape'],
    ['postgres://u@[::1/d', 'host'],
  ])('%j', (value, said) => {
    expect(faultOf(value)).toContain(said);
  });

  it('is never quoted, because any part may be a mistyped password', () => {
    const piece = fc.constantFrom(
      'hunter2',
      'hunter2',
      '@',
      ':',
      '/',
      '?',
      '=',
      '&',
      '%',
      '[',
      ']',
      ',',
      '#',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.constantFrom('postgres://', 'postgres:/', ''),
        fc.array(piece, { maxLength: 8 }),
        (scheme, pieces) => {
          const read = resolveDatabaseTarget(scheme + pieces.join(''), { env: { PGUSER: 'u' } });
          expect(JSON.stringify('fault' in read ? read : read.warnings)).not.toContain('hunter2');
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('a password file', () => {
  const target = { host: 'db.example.com', port: 5432, database: 'portfolio', user: 'erp_admin' };

  it.each([
    ['db.example.com:5432:portfolio:erp_admin:secret', 'secret'],
    ['*:*:*:*:any\n', 'any'],
    ['other:*:*:*:no\r\n*:5432:*:erp_admin:first\r\n*:*:*:*:second', 'first'],
    ['# *:*:*:*:comment\n\n*:*:*:*:x', 'x'],
    ['*:*:*:*:a\\:b\\\\c', 'a:b\\c'],
    ['*:*:*:*:é 😀#', 'é 😀#'],
    ['*:*:*:*:cut:off', 'cut'],
    ['*:*:*:*:end\\', 'end\\'],
    ['*:*:*:*:', undefined],
    ['*:*:*:*', undefined],
    ['db.example.com:5433:*:*:x', undefined],
    ['\\*:*:*:*:x', undefined],
    ['', undefined],
  ])('%j', (text, password) => {
    expect(passwordFromPgpass(text, target)).toBe(password);
  });

  it('treats a Unix socket as localhost, and reads escaped names', () => {
    expect(passwordFromPgpass('localhost:*:*:*:x', { ...target, host: '/run/postgresql' })).toBe('x');
    expect(passwordFromPgpass('\\:\\:1:*:*:*:x', { ...target, host: '::1' })).toBe('x');
  });

  it('returns any password that was escaped', () => {
    const passwords = fc.string({ unit: 'binary', minLength: 1 }).filter((one) => !/[\n\r]/.test(one));
    fc.assert(
      fc.property(passwords, (password) => {
        const line = `*:*:*:*:${password.replace(/[\\:]/g, '\\$&')}`;
        expect(passwordFromPgpass(line, target)).toBe(password);
      }),
    );
  });
});

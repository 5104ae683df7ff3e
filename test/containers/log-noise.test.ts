import { describe, expect, test } from 'vitest';
import { defaultContainers } from '../../src/config/containers.ts';
import { discountedText, sortErrors } from '../../src/containers/log-noise.ts';

const at = '2026-12-01T03:11:46.950020735Z 2026-12-01 03:11:46.946 UTC [66]';
const lines = {
  own: `${at} [erp_admin erp-deploy] ERROR:  division by zero`,
  validate: `${at} [erp_admin erp-deploy validate] FATAL:  terminating connection due to administrator command`,
  dump: `${at} [erp_admin erp-deploy dump] ERROR:  canceling statement due to user request`,
  refused: `${at} [erp_authenticator PostgREST 14.17] ERROR:  permission denied for schema erp at character 52`,
  api: `${at} [erp_authenticator PostgREST 14.17] ERROR:  invalid input syntax for type uuid: "x"`,
  other: `${at} [erp_service nightly report] ERROR:  permission denied for schema erp at character 1`,
  server: `${at} PANIC:  could not write to file "pg_wal/xlogtemp.44"`,
  quoting: `${at} [erp_service report] ERROR:  relation "[erp_admin erp-deploy] " does not exist`,
};
const prefix = defaultContainers.database.settings.log_line_prefix ?? '';
const all = Object.values(lines);

describe("the errors of a database's log", () => {
  test('are reported if they come from other clients or the server; own errors and refused requests are only counted', () => {
    expect(sortErrors(all, prefix)).toEqual({
      faults: [lines.api, lines.other, lines.server, lines.quoting],
      ownErrors: 3,
      refusedRequests: 1,
    });
  });

  test.each(['%m [%p] %q%a ', '%t [%p]: user=%u,db=%d,app=%a,client=%h ', '%%a %-20a ', '%a: '])(
    'are distinguished by the prefix %s',
    (own) => {
      const shown = (name: string, message: string) => {
        const values = { m: 'now', t: 'now', p: '1', q: '', u: 'ada', d: 'shop', h: '::1', a: name };
        const text = own.replaceAll(/%%|%-?\d*([a-z])/g, (_, letter: keyof typeof values) =>
          letter === undefined ? '%' : values[letter],
        );
        return `${text}ERROR:  ${message}`;
      };
      const ours = shown('erp-deploy', 'division by zero');
      const theirs = shown('report', 'division by zero');
      expect(sortErrors([ours, theirs], own)).toEqual({ faults: [theirs], ownErrors: 1, refusedRequests: 0 });
    },
  );

  test('are all reported if the prefix does not name the application, as in earlier deployments', () => {
    const unnamed = all.map((line) => line.replace(/\[[^\]]* [^\]]*\] /, ''));
    for (const other of ['', '%m [%p] ', '%m %%a '])
      expect(sortErrors(unnamed, other)).toEqual({ faults: unnamed, ownErrors: 0, refusedRequests: 0 });
  });

  test('that were not reported are shown as numbers', () => {
    expect(discountedText({ ownErrors: 0, refusedRequests: 0 })).toBe('');
    expect(discountedText({ ownErrors: 2, refusedRequests: 1 })).toBe(
      " (not counted: 2 of erp-deploy's own sessions, 1 refused request without a token)",
    );
  });
});

import { expect, it } from 'vitest';
import { webhookProblem } from '../../src/config/webhook-url.ts';
import { Secret } from '../../src/domain/secret.ts';

it.each([
  ['https://user:S3CRETpw@host/hook', 'user name or a password'],
  ['https://S3CRETpw@host/hook', 'user name or a password'],
  ['ftp://host/S3CRETpw', 'scheme'],
  ['S3CRETpw', 'not a URL'],
])('refuses %s and shows no part of it', (address, why) => {
  const problem = webhookProblem(new Secret(address), 'NOTIFY_WEBHOOK_URL in .env');
  expect(problem).toMatchObject({ code: 'ERP-0820', exit: 2, what: expect.stringContaining(why) });
  expect(JSON.stringify(problem)).not.toContain('S3CRETpw');
});

it('takes an address whose path is the credential', () => {
  expect(webhookProblem(new Secret('https://hooks.example/services/T0P/S3CRET'), 'x')).toBeNull();
});

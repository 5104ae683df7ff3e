import * as z from 'zod';
import { defaultBackup } from './backup.ts';
import { mapping, text } from './setting-parts.ts';

const number = 'a number from 1 to 1000';
const count = z.int({ error: number }).min(1, { error: number }).max(1000, { error: number });

/** Hours or days, at least an hour. */
const hours = /^[1-9]\d{0,3}[hd]$/;

/** HTTPS, since only the header of a request is signed, and HTTP on this machine only. */
const bucketUrl =
  /^(?:https:\/\/[\w.-]+(?::\d{1,5})?|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?)(?:\/[\w.-]+)*$/;

const bucketExpected = 'an https:// URL with the bucket, such as https://s3.example.com/erp-backups';

/** Where copies are kept at an S3-compatible service. */
export const s3 = z.strictObject(
  {
    endpoint: text(bucketUrl, bucketExpected)
      .refine((url) => URL.canParse(url), { error: bucketExpected })
      .describe('The URL of the bucket.'),
    region: text(/^[\w-]{1,64}$/, 'the name of a region')
      .default('auto')
      .describe('The region of the bucket, which requests are signed for.'),
    prefix: text(/^(?:[\w.-]+\/)*$/, 'a prefix that ends with /, such as production/')
      .default('')
      .describe('What the names of the objects begin with.'),
  },
  mapping,
);

/** What `backup:` in the configuration says. */
export const backup = z.strictObject(
  {
    at: text(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 03:15')
      .default(defaultBackup.at)
      .describe('Time of day of the daily backup that backup --install-timer installs, on the server.'),
    keep: count
      .default(defaultBackup.keep)
      .describe('How many backups are kept beside the database; the newest one always.'),
    folder: text(/^(?=.*\S)[^\p{Cc}]{1,200}$/u, 'a path')
      .optional()
      .describe('A folder on this machine for a copy of each backup, relative to the workspace.'),
    s3: s3
      .optional()
      .describe(
        'An S3-compatible bucket for a copy of each backup. Its key is read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      ),
    'encrypt-to': text(/^age1[02-9ac-hj-np-z]{58}$/, 'a public key of age, such as age1…')
      .optional()
      .describe(
        'The public key of age that copies are encrypted to. Its private key is needed for a drill only.',
      ),
    'keep-copies': count
      .default(defaultBackup.keepCopies)
      .describe('How many copies are kept; the newest one always.'),
    'missed-after': text(hours, 'a time such as 26h or 8d')
      .default(`${defaultBackup.missedAfter / 3_600_000}h`)
      .describe('Age of the newest backup after which status and doctor report that one was missed.'),
  },
  mapping,
);

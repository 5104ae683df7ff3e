import * as z from 'zod';
import { defaultBackup } from './backup.ts';
import { mapping, text } from './setting-parts.ts';

const number = 'a number from 1 to 1000';
const count = z.int({ error: number }).min(1, { error: number }).max(1000, { error: number });

/** Hours or days, at least an hour. */
const hours = /^[1-9]\d{0,3}[hd]$/;

/** What `backup:` in the configuration says. */
export const backup = z.strictObject(
  {
    keep: count
      .default(defaultBackup.keep)
      .describe('How many backups are kept beside the database; the newest one always.'),
    folder: text(/^(?=.*\S)[^\p{Cc}]{1,200}$/u, 'a path')
      .optional()
      .describe('A folder on this machine for a copy of each backup, relative to the workspace.'),
    'keep-copies': count
      .default(defaultBackup.keepCopies)
      .describe('How many copies are kept; the newest one always.'),
    'missed-after': text(hours, 'a time such as 26h or 8d')
      .default(`${defaultBackup.missedAfter / 3_600_000}h`)
      .describe('Age of the newest backup after which status and doctor report that one was missed.'),
  },
  mapping,
);

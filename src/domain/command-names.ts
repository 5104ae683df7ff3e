/** The commands that emit events. */
export const commandNames = [
  'run',
  'plan',
  'status',
  'validate',
  'doctor',
  'init',
  'unlock',
  'backup',
  'restore',
  'token',
  'docs',
  'checklist',
  'report',
  'probe',
  'rollback',
  'history',
  'logs',
  'psql',
  'credentials',
  'completion',
] as const;
export type CommandName = (typeof commandNames)[number];

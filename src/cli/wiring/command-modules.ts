import type { CommandName } from '../../domain/command-names.ts';
import type { Execute } from './command.ts';
import type { Flags } from './flags.ts';

/** Load a command; called only when it runs, so that `--help` stays fast. */
export const commandModules: Readonly<Record<CommandName, (flags: Flags) => Promise<Execute>>> = {
  run: async () => (await import('../commands/run.ts')).run,
  plan: async ({ show }) =>
    show === undefined
      ? (await import('../commands/plan.ts')).plan
      : (await import('../commands/show-plan.ts')).showPlan,
  status: async ({ recorded, productionOnly, quiet, notifyOnChange }) => {
    if (productionOnly || quiet || notifyOnChange)
      return (await import('../commands/production-status.ts')).productionStatus;
    return recorded
      ? (await import('../commands/recorded-status.ts')).recordedStatus
      : (await import('../commands/status.ts')).status;
  },
  validate: async () => (await import('../commands/validate.ts')).validate,
  doctor: async () => (await import('../commands/doctor.ts')).doctor,
  init: async () => (await import('../commands/init.ts')).init,
  unlock: async () => (await import('../commands/unlock.ts')).unlock,
  backup: async ({ installTimer, removeTimer }) =>
    installTimer || removeTimer
      ? (await import('../commands/backup-timer.ts')).timerOfBackups
      : (await import('../commands/backup.ts')).backup,
  restore: async ({ drill }) =>
    drill
      ? (await import('../commands/restore-drill.ts')).restoreDrill
      : (await import('../commands/restore.ts')).restore,
  token: async () => (await import('../commands/token.ts')).token,
  docs: async () => (await import('../commands/docs.ts')).docs,
  checklist: async () => (await import('../commands/checklist.ts')).checklist,
  report: async () => (await import('../commands/report.ts')).report,
  probe: async () => (await import('../commands/probe.ts')).probe,
  rollback: async () => (await import('../commands/rollback.ts')).rollback,
  history: async () => (await import('../commands/history.ts')).history,
  logs: async () => (await import('../commands/logs.ts')).logs,
  psql: async () => (await import('../commands/psql.ts')).psql,
  credentials: async () => (await import('../commands/credentials.ts')).credentials,
  upgrade: async () => (await import('../commands/upgrade.ts')).upgrade,
  completion: async () => (await import('../commands/completion.ts')).completion,
};

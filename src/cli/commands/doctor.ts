import { freeDisk, freeMemory, isWritable } from '../../adapters/machine.ts';
import { removeEmbedded } from '../../domain/command-text.ts';
import { type ExitCode, exitCodes } from '../../domain/problem.ts';
import { lockHolder } from '../../engine/lock.ts';
import type { Execute } from '../wiring/command.ts';
import { readConfiguration } from '../wiring/configuration.ts';
import { dockerChecks } from '../wiring/doctor-docker.ts';
import { checkProduction, tokenFile } from '../wiring/doctor-production.ts';
import { lacking, ok, orProblem, type Prerequisite, type PrerequisiteCheck } from '../wiring/prerequisite.ts';
import { recordedIn } from '../wiring/workspace.ts';
import { workspacePorts } from '../wiring/workspace-ports.ts';

/** Bytes of disk for the embedded database: a new one takes 62 MB (measured with `du -sh`), and it grows. */
const requiredDisk = 200_000_000;
/** Bytes of memory for the embedded engine, with some reserve. */
const requiredMemory = 800_000_000;

/** Checks every prerequisite, and reports how to fix what is missing. Changes nothing. */
export const doctor: Execute = async (parts) => {
  const ports = workspacePorts(parts, parts.flags.workspace);
  let exit: ExitCode = exitCodes.done;
  const report = (prerequisite: Prerequisite) => {
    parts.reporter.emit({ type: 'prerequisite', ...prerequisite });
    if (prerequisite.state === 'missing') exit = exitCodes.prerequisite;
  };
  for (const check of [
    nodeVersion,
    configuration,
    workspace,
    disk,
    memory,
    journal,
    lock,
    embedded,
    ...dockerChecks,
    git,
    terminal,
  ]) {
    report(await check(parts, ports));
  }
  await checkProduction(parts, ports, report);
  report(await tokenFile(parts, ports));
  return exit;
};

const nodeVersion: PrerequisiteCheck = async ({ adapters }) => ok('Node', adapters.ownProcess.nodeVersion);

const configuration: PrerequisiteCheck = ({ flags, here }, { files }) =>
  orProblem('configuration', async () => {
    const config = await readConfiguration(flags, here, files);
    return ok('configuration', `valid (engine ${config.engine})`);
  });

const workspace: PrerequisiteCheck = async (_, { root, files }) =>
  orProblem('workspace', async () => {
    const { type } = await files.inspect('.');
    if (type !== 'directory' && type !== 'absent') {
      const problem = {
        what: `${root} is not a directory`,
        todo: [{ text: 'Name another one with --workspace.' }],
      };
      return lacking('workspace', problem, 'missing');
    }
    if (!(await isWritable(root))) {
      return lacking(
        'workspace',
        {
          what: `${root} is not writable`,
          todo: [{ text: 'Check its owner and mode', command: ['ls', '-ld', root] }],
        },
        'missing',
      );
    }
    return ok('workspace', type === 'absent' ? `${root} will be created` : `${root} is writable`);
  });

const disk: PrerequisiteCheck = async (_, { root }) => {
  const free = await freeDisk(root);
  const found = `${megabytes(free)} free in ${root}`;
  return free >= requiredDisk
    ? ok('disk', found)
    : lacking(
        'disk',
        {
          what: found,
          todo: [{ text: `Free some disk space. The embedded database needs ${megabytes(requiredDisk)}.` }],
        },
        'missing',
      );
};

const memory: PrerequisiteCheck = async () => {
  const found = `${megabytes(freeMemory())} free`;
  const todo = [
    {
      text: `Stop other programs while it runs. The embedded engine needs up to ${megabytes(requiredMemory)}.`,
    },
  ];
  return freeMemory() >= requiredMemory
    ? ok('memory', found)
    : lacking('memory', { what: found, todo }, 'warning');
};

const journal: PrerequisiteCheck = (parts, ports) =>
  orProblem('journal', async () => {
    const { records, unfinished } = await recordedIn(parts, ports);
    const left = unfinished === null ? '' : `, rollout ${unfinished.rollout} is unfinished`;
    return ok('journal', records.length === 0 ? 'none yet' : `${records.length} records${left}`);
  });

const lock: PrerequisiteCheck = async ({ adapters }, { root }) =>
  orProblem('lock', async () => {
    const folder = adapters.claimFolder(root, '.erp-deploy/lock');
    const found = await lockHolder({ folder, processes: adapters.processTable() });
    if (found === null) return ok('lock', 'free');
    const what = `held by process ${found.holder.pid} on ${found.holder.host}, which ${found.alive === 'gone' ? 'has ended (the next run takes the lock over)' : 'may be running'}`;
    return lacking(
      'lock',
      { what, todo: [{ text: 'To take it over', command: ['erp-deploy', 'unlock'] }] },
      'warning',
    );
  });

const embedded: PrerequisiteCheck = (_, { local: { database } }) =>
  orProblem('embedded engine', async () => {
    const state = await database.state();
    if (state.is !== 'foreign') return ok('embedded engine', `PGlite with pgvector; database ${state.is}`);
    const what = `its database was created by PostgreSQL ${state.major}, and the engine is PostgreSQL ${state.ours}`;
    const todo = [{ text: 'Start the local test over', command: removeEmbedded }];
    return lacking('embedded engine', { what, todo }, 'missing');
  });

const git: PrerequisiteCheck = async ({ adapters, env, signal }, { root }) => {
  const version = await adapters.processesIn(root, env).run(['git', '--version'], null, signal);
  if (version.exitCode === 0) return ok('git', version.stdout.trim());
  const todo = [{ text: 'Install git if the workspace is a Git repository. Otherwise it is not needed.' }];
  return lacking('git', { what: 'not found', todo }, 'warning');
};

const terminal: PrerequisiteCheck = async ({ terminal: { stdin, stdout } }) =>
  stdin.isTTY === true && stdout.isTTY === true
    ? ok('terminal', `${stdout.columns}×${stdout.rows}`)
    : { name: 'terminal', state: 'unused', actual: 'not a terminal; run needs --non-interactive', todo: [] };

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}

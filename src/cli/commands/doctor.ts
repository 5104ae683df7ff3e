import { freeDisk, freeMemory, isWritable } from '../../adapters/machine.ts';
import { removeEmbedded } from '../../domain/command-text.ts';
import { type ExitCode, exitCodes } from '../../domain/problem.ts';
import { lockHolder } from '../../engine/lock.ts';
import type { Execute } from '../wiring/command.ts';
import { readConfiguration } from '../wiring/configuration.ts';
import { dockerChecks } from '../wiring/doctor-docker.ts';
import { lookAtProduction, tokenFile } from '../wiring/doctor-production.ts';
import { lacking, ok, orProblem, type Prerequisite, type PrerequisiteCheck } from '../wiring/prerequisite.ts';
import { recordedIn } from '../wiring/workspace.ts';
import { worldOf } from '../wiring/world.ts';

/** Bytes that a fresh embedded database takes (62 MB, measured with `du -sh`), with room for what comes. */
const diskWanted = 200_000_000;
/** Bytes that the embedded engine takes while it runs, with room. */
const memoryWanted = 800_000_000;

/** Every prerequisite, each with what to do about it. Looks, and changes nothing. */
export const doctor: Execute = async (parts) => {
  const world = worldOf(parts, parts.flags.workspace);
  let exit: ExitCode = exitCodes.done;
  const tell = (seen: Prerequisite) => {
    parts.teller.tell({ type: 'prerequisite', ...seen });
    if (seen.state === 'missing') exit = exitCodes.prerequisite;
  };
  for (const look of [
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
    tell(await look(parts, world));
  }
  await lookAtProduction(parts, world, tell);
  tell(await tokenFile(parts, world));
  return exit;
};

const nodeVersion: PrerequisiteCheck = async ({ adapters }) => ok('Node', adapters.ownProcess.nodeVersion);

const configuration: PrerequisiteCheck = ({ flags, here }, { files }) =>
  orProblem('configuration', async () => {
    const config = await readConfiguration(flags, here, files);
    return ok('configuration', `sound (engine ${config.engine})`);
  });

const workspace: PrerequisiteCheck = async (_, { root, files }) =>
  orProblem('workspace', async () => {
    const { type } = await files.look('.');
    if (type !== 'directory' && type !== 'absent') {
      const problem = { what: `${root} is no folder`, todo: ['Name another one: --workspace DIR'] };
      return lacking('workspace', problem, 'missing');
    }
    if (!(await isWritable(root))) {
      return lacking(
        'workspace',
        { what: `${root} cannot be written`, todo: [`Look at it: ls -ld ${root}`] },
        'missing',
      );
    }
    return ok('workspace', type === 'absent' ? `${root} will be made` : `${root} can be written`);
  });

const disk: PrerequisiteCheck = async (_, { root }) => {
  const free = await freeDisk(root);
  const found = `${megabytes(free)} free in ${root}`;
  return free >= diskWanted
    ? ok('disk', found)
    : lacking(
        'disk',
        { what: found, todo: [`The embedded database wants ${megabytes(diskWanted)}: make room.`] },
        'missing',
      );
};

const memory: PrerequisiteCheck = async () => {
  const found = `${megabytes(freeMemory())} free`;
  const todo = [
    `The embedded engine takes up to ${megabytes(memoryWanted)}: end something else while it runs.`,
  ];
  return freeMemory() >= memoryWanted
    ? ok('memory', found)
    : lacking('memory', { what: found, todo }, 'warning');
};

const journal: PrerequisiteCheck = (parts, world) =>
  orProblem('journal', async () => {
    const { records, unfinished } = await recordedIn(parts, world);
    const left = unfinished === null ? '' : `, roll-out ${unfinished.rollout} is unfinished`;
    return ok('journal', records.length === 0 ? 'none yet' : `${records.length} records${left}`);
  });

const lock: PrerequisiteCheck = async ({ adapters }, { root }) =>
  orProblem('lock', async () => {
    const folder = adapters.claimFolder(root, '.erp-deploy/lock');
    const found = await lockHolder({ folder, processes: adapters.processTable() });
    if (found === null) return ok('lock', 'free');
    const what = `held by process ${found.holder.pid} on ${found.holder.host}, which ${found.alive === 'gone' ? 'is gone: the next run takes it over' : 'may be running'}`;
    return lacking('lock', { what, todo: ['See who, and take it over: erp-deploy unlock'] }, 'warning');
  });

const embedded: PrerequisiteCheck = (_, { local: { database } }) =>
  orProblem('embedded engine', async () => {
    const state = await database.state();
    if (state.is !== 'foreign') return ok('embedded engine', `PGlite with pgvector; database ${state.is}`);
    const what = `its database is of PostgreSQL ${state.major}, the engine of ${state.ours}`;
    const todo = [`Begin the local test anew: ${removeEmbedded}`];
    return lacking('embedded engine', { what, todo }, 'missing');
  });

const git: PrerequisiteCheck = async ({ adapters, env, signal }, { root }) => {
  const version = await adapters.processesIn(root, env).run(['git', '--version'], null, signal);
  if (version.exitCode === 0) return ok('git', version.stdout.trim());
  const todo = ['Only needed where the workspace is a repository: then install git.'];
  return lacking('git', { what: 'not found', todo }, 'warning');
};

const terminal: PrerequisiteCheck = async ({ terminal: { stdin, stdout } }) =>
  stdin.isTTY === true && stdout.isTTY === true
    ? ok('terminal', `${stdout.columns}×${stdout.rows}`)
    : { name: 'terminal', state: 'unused', found: 'none here: a run needs --non-interactive', todo: [] };

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}

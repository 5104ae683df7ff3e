#!/usr/bin/env node
// Uses only the syntax and modules of Node 14, so that an older Node can start it.
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest Node that the dependencies support; `engines` in package.json says the same. */
const required = [22, 13];

const itself = fileURLToPath(import.meta.url);
const restarted = process.env.ERP_DEPLOY_RESTARTED === '1';
// Child processes must not inherit it.
delete process.env.ERP_DEPLOY_RESTARTED;
// Without a listener, this signal opens Node's inspector, which gives every local user all secrets of the process.
process.on('SIGUSR1', () => undefined);

// Modules that not every start needs are imported where they are used: each takes some percent of the start of Node.
if (isNewEnough(process.versions.node)) void run();
else void restartOrRefuse();

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > required[0] || (major === required[0] && minor >= required[1]);
}

/**
 * Stores the compile cache beside the program, because other users can write to the folder for temporary files. Node
 * has a cache folder for each set of V8 flags, so the flags are set first.
 */
async function run() {
  if (mayBeLarge(process.argv.slice(2))) await limitMemory();
  module.enableCompileCache?.(join(dirname(dirname(itself)), 'dist', '.compile-cache'));
  // An error here is a bug: Node shows its stack and exits with 1.
  const { start } = await import('../dist/cli.js');
  await start();
}

/** Returns false only for commands that load and print little; for any other, the flags cost at most some milliseconds. */
function mayBeLarge(words) {
  const light = ['--help', '-h', 'help', '--version', '-V', '--recorded'];
  return !words.some((word) => light.includes(word));
}

/**
 * V8 compiles a busy WebAssembly function a second time, optimized, which costs a short run more than it gains: `plan`
 * takes half the CPU time and a third of the memory without. Both of these flags are needed; `--liftoff-only` has no
 * effect once V8 has started. It also lets the heap grow rather than collect: `logs` of a million lines takes 100 MB
 * instead of 160 with the third flag (`/usr/bin/time -v`, Node 24). All hold for each thread of the process, from the
 * first module on.
 */
async function limitMemory() {
  const { setFlagsFromString } = await import('node:v8');
  for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering', '--optimize-for-size'])
    setFlagsFromString(flag);
}

async function restartOrRefuse() {
  const runtime = restarted ? null : await pinnedRuntime();
  if (runtime === null) refuse();
  else await restartUnder(runtime);
}

/** A checkout has a newer Node in its node_modules: the npm package "node". */
async function pinnedRuntime() {
  const { existsSync } = await import('node:fs');
  try {
    const path = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
    return existsSync(path) ? path : null;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

function refuse() {
  process.stderr.write(
    `ERP-0310  erp-deploy needs Node ${required.join('.')} or newer, and was started by ${process.versions.node}.\n` +
      '  why  Its libraries need features that older versions do not have.\n' +
      '  do   Install a newer Node (https://nodejs.org).\n' +
      '       Or, in a checkout of erp-deploy: npm install (it installs its own Node).\n',
  );
  process.exitCode = 3;
}

/**
 * Runs the same command under the newer Node. A signal from the terminal reaches both processes; a signal to this
 * process only is forwarded. If this process is killed, its IPC channel to the child closes, and the child stops safely.
 */
async function restartUnder(runtime) {
  const [{ spawn }, { constants }] = await Promise.all([import('node:child_process'), import('node:os')]);
  // argv[1] stays the path that was typed (such as npx's link), because messages show commands with it.
  const child = spawn(runtime, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ERP_DEPLOY_RESTARTED: '1' },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => {
    process.stderr.write(`ERP-0310  ${runtime} could not be started: ${error.message}\n`);
    process.exitCode = 3;
  });
  child.on('exit', (code, signal) => {
    for (const one of signals) process.removeListener(one, forward);
    process.exitCode = signal === null ? code : 128 + constants.signals[signal];
    if (signal !== null) process.kill(process.pid, signal);
  });
}

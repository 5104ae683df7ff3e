#!/usr/bin/env node
// Runs on any Node, however old: syntax and modules here are those of Node 14.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/** The floor of the libraries that the program is made of; `engines` in package.json says the same. */
const needed = [22, 13];

const itself = fileURLToPath(import.meta.url);
const restarted = process.env.ERP_DEPLOY_RESTARTED === '1';
// What this process starts is no restart of it.
delete process.env.ERP_DEPLOY_RESTARTED;

if (isNewEnough(process.versions.node)) run();
else restartOrRefuse();

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/**
 * The compiled program is kept beside its text; the folder for temporary files is open to others. V8 rejects entries that
 * were made with other flags, so Node keeps them in a folder for each set of flags: set them first.
 */
function run() {
  if (mayLoadWebAssembly(process.argv.slice(2))) keepBaselineWebAssembly();
  module.enableCompileCache?.(join(dirname(dirname(itself)), 'dist', '.compile-cache'));
  // What is thrown here is a bug: Node shows its stack, and exits with 1.
  void import('../dist/cli.js').then(({ start }) => start());
}

/** Of a command that is not known to load none, it is assumed: the flags cost such a command some milliseconds. */
function mayLoadWebAssembly(words) {
  const light = ['--help', '-h', 'help', '--version', '-V', '--recorded'];
  return !words.some((word) => light.includes(word));
}

/**
 * V8 compiles a busy WebAssembly function a second time, optimized, which costs a short run more than it gains: `plan`
 * takes half the CPU time and a third of the memory without (`/usr/bin/time -v`). Holds for all threads of the process,
 * from the first module on. Both flags are needed; `--liftoff-only` has no effect once V8 has started (Node 24 and 26).
 */
function keepBaselineWebAssembly() {
  for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
}

function restartOrRefuse() {
  const runtime = restarted ? null : pinnedRuntime();
  if (runtime === null) refuse();
  else restartUnder(runtime);
}

/** A checkout has a newer Node in its node_modules: the npm package "node". */
function pinnedRuntime() {
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
    `ERP-0310  erp-deploy needs Node ${needed.join('.')} or newer, and was started by ${process.versions.node}.\n` +
      '  why  Its libraries use what older ones do not have.\n' +
      '  do   Install a newer Node (https://nodejs.org).\n' +
      '       Or, in a checkout of erp-deploy: npm install (it brings a Node of its own).\n',
  );
  process.exitCode = 3;
}

/**
 * The same command under the newer Node. A signal from the terminal reaches both processes; one that is
 * sent to this process alone is sent on. When this process vanishes, its channel to the child closes, and
 * the child stops safely.
 */
function restartUnder(runtime) {
  // Under the name that it was started by: npx links it, and a command to paste says so.
  const child = spawn(runtime, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ERP_DEPLOY_RESTARTED: '1' },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => {
    process.stderr.write(`ERP-0310  ${runtime} does not start: ${error.message}\n`);
    process.exitCode = 3;
  });
  child.on('exit', (code, signal) => {
    for (const one of signals) process.removeListener(one, forward);
    process.exitCode = signal === null ? code : 128 + constants.signals[signal];
    if (signal !== null) process.kill(process.pid, signal);
  });
}

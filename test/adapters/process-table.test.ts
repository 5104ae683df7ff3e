import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { processTable } from '../../src/adapters/process-table.ts';
import type { ProcessIdentity } from '../../src/domain/ports/process-table.ts';

const table = processTable();
const module = new URL('../../src/adapters/process-table.ts', import.meta.url).href;

/** Starts a process that prints its identity and runs until it is asked to end. */
async function another(): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const script = `
    const { processTable } = await import(${JSON.stringify(module)});
    console.log(JSON.stringify(await processTable().self()));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, identity: JSON.parse(line) };
}

it('finds its own process running', async () => {
  const self = await table.self();
  expect(self).toMatchObject({ pid: process.pid, host: hostname() });
  expect(self.started).not.toBe('');
  expect(self.boot).not.toBe('');
  expect(await table.self()).toEqual(self);
  expect(await table.isRunning(self)).toBe('running');
});

it('finds another process running, and ended after it was killed', async () => {
  const { child, identity } = await another();
  expect(await table.isRunning(identity)).toBe('running');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await table.isRunning(identity)).toBe('gone');
  // The form that an earlier version wrote.
  expect(await table.isRunning({ ...identity, pidNamespace: undefined })).toBe('gone');
});

it('treats a zombie as ended', async () => {
  const { pid, end } = await unreaped();
  const started = await expectStart(pid);
  end();
  await expect.poll(() => statOf(pid)[0]).toBe('Z');
  expect(statOf(pid)[19]).toBe(started);
  expect(await table.isRunning({ ...(await table.self()), pid, started })).toBe('gone');
});

it('distinguishes a process from an earlier one with the same PID', async () => {
  const self = await table.self();
  expect(await table.isRunning({ ...self, started: '1' })).toBe('gone');
});

it('treats every process of an earlier boot as ended', async () => {
  const self = await table.self();
  expect(await table.isRunning({ ...self, boot: 'another boot' })).toBe('gone');
});

it('does not know whether a process of another machine runs', async () => {
  const self = await table.self();
  const elsewhere = { ...self, host: `not-${hostname()}`, boot: 'another boot' };
  expect(await table.isRunning(elsewhere)).toBe('unknown');
});

it('does not know whether a process of another PID namespace runs, where its PID may belong to another process', async () => {
  const self = await table.self();
  expect(await table.isRunning({ ...self, pidNamespace: 'pid:[1]' })).toBe('unknown');
  expect(await table.isRunning({ ...self, pidNamespace: null })).toBe('unknown');
});

it('finds a process whose machine was renamed', async () => {
  const self = await table.self();
  expect(await table.isRunning({ ...self, host: 'renamed' })).toBe('running');
});

/** Starts a child of a shell that does not wait for it: after its end it stays a zombie. */
async function unreaped(): Promise<{ pid: number; end: () => void }> {
  const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void shell.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: shell.stdout }), 'line');
  const pid = Number(line);
  return { pid, end: () => process.kill(pid, 'SIGKILL') };
}

/** Fields of proc(5)'s stat from the third on. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function expectStart(pid: number): Promise<string> {
  const started = statOf(pid)[19];
  if (started === undefined) throw new Error('no start');
  expect(await table.isRunning({ ...(await table.self()), pid, started })).toBe('running');
  return started;
}

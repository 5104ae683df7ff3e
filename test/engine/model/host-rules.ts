import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import frameScript from '../../../assets/remote/frame.sh';
import lockScript from '../../../assets/remote/lock.sh';
import { requestOf } from '../../../src/adapters/ssh/framed.ts';
import { sentText } from '../../../src/domain/shell-script.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';

/** The output of `lock.sh take`, or `free` if it left no lock. */
type Reply = 'taken' | 'held' | 'busy';

/** The decisions about the lock of a host, recorded from runs of the real scripts. */
export interface HostRules {
  /** @param lock null if there is none */
  take(lock: { readonly isFresh: boolean; readonly isBusy: boolean } | null, isForced: boolean): Reply;
  beats(isOwn: boolean): boolean;
  /** Returns whether the lock is removed. */
  releases(isOwn: boolean, isBusy: boolean): boolean;
  /** Returns whether a command of a rollout with this token runs. */
  runs(isOwn: boolean): boolean;
  /** Whether a command waits until the lock is not being taken over. */
  readonly waits: boolean;
  /** Whether a command that runs keeps the lock from being taken over. */
  readonly guards: boolean;
}

export interface Scripts {
  readonly lock: string;
  readonly frame: string;
}

/** The scripts with waiting times of 0.2 s instead of up to 10 s. */
export const productScripts: Scripts = {
  lock: sentText(lockScript).replaceAll('-w 10', '-w 0.2'),
  frame: sentText(frameScript).replaceAll('-w 10', '-w 0.2'),
};

const both = [true, false];
const owner = '{"v":1,"user":"ada"}';

/** Runs the scripts in a folder, in every situation that the model distinguishes. */
export function hostRulesOf(scripts: Scripts): HostRules {
  const folder = tempFolder();
  const lock = join(folder, 'lock');
  const place = (isFresh: boolean) => {
    rmSync(lock, { recursive: true, force: true });
    mkdirSync(lock);
    for (const [name, text] of Object.entries({ token: 'own', owner, beat: '' }))
      writeFileSync(join(lock, name), text);
    const at = Date.now() / 1_000 - (isFresh ? 30 : 90);
    utimesSync(join(lock, 'beat'), at, at);
  };
  const run = (hold: string, input: string, args: readonly string[]) => {
    // The outer shell holds the flock, like another process.
    const line = hold === '' ? 'exec "$@"' : `exec 7<"$0/token"; flock ${hold} 7; "$@" 7<&-`;
    return spawnSync('/bin/sh', ['-c', line, lock, ...args], { input, encoding: 'utf8' });
  };
  const runLock = (isBusy: boolean, ...args: readonly string[]) =>
    run(isBusy ? '-s' : '', '', [
      '/bin/sh',
      '-c',
      scripts.lock,
      'lock.sh',
      args[0] ?? '',
      folder,
      ...args.slice(1),
    ]);
  const runFrame = (hold: string, token: string, ...argv: readonly string[]) =>
    run(hold, requestOf(folder, argv, { input: 'none', lock: { file: join(lock, 'token'), token } }), [
      '/bin/sh',
      '-c',
      scripts.frame,
      'marker',
    ]);
  const isRun = ({ stdout }: { readonly stdout: string }) => stdout.includes('\neffect\n');

  const replies = new Map<string, Reply>();
  const key = (...parts: readonly (boolean | null)[]) => parts.join();
  for (const isForced of both) {
    const take = (isBusy: boolean) =>
      replyOf(runLock(isBusy, 'take', 'new', owner, ...(isForced ? ['force'] : [])).stdout);
    rmSync(lock, { recursive: true, force: true });
    replies.set(key(null, null, isForced), take(false));
    for (const isFresh of both)
      for (const isBusy of both) {
        place(isFresh);
        replies.set(key(isFresh, isBusy, isForced), take(isBusy));
      }
  }
  const table = (act: (isOwn: boolean) => boolean) => {
    const answers = both.map((isOwn) => act(isOwn));
    return (isOwn: boolean) => answers[isOwn ? 0 : 1] ?? false;
  };
  const tokenOf = (isOwn: boolean) => (isOwn ? 'own' : 'former');
  const after = (isOwn: boolean, isBusy: boolean) => {
    place(true);
    runLock(isBusy, 'release', tokenOf(isOwn));
    return runLock(false, 'look').stdout.startsWith('free');
  };
  const [idle, busy] = [table((isOwn) => after(isOwn, false)), table((isOwn) => after(isOwn, true))];
  place(true);
  const beats = table((isOwn) => runLock(false, 'beat', tokenOf(isOwn)).status === 0);
  const runs = table((isOwn) => isRun(runFrame('', tokenOf(isOwn), 'echo', 'effect')));
  const probe = `flock -x -n ${lock}/token true || echo kept`;
  return {
    take: (held, isForced) =>
      replies.get(key(held?.isFresh ?? null, held?.isBusy ?? null, isForced)) ?? 'held',
    beats,
    releases: (isOwn, isBusy) => (isBusy ? busy(isOwn) : idle(isOwn)),
    runs,
    waits: !isRun(runFrame('-x', 'own', 'echo', 'effect')),
    guards: runFrame('', 'own', 'sh', '-c', probe).stdout.includes('\nkept\n'),
  };
}

function replyOf(stdout: string): Reply {
  const [word = ''] = stdout.trim().split(' ');
  if (word === 'taken' || word === 'held' || word === 'busy') return word;
  throw new Error(`lock.sh printed: ${stdout}`);
}

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../disk/temp-folder.ts';

/**
 * Makes a double of docker with one running container.
 * @param log lines of sh that print its log
 * @returns a folder for PATH
 */
export function fakeDocker(log: string): string {
  const folder = tempFolder();
  const state = { Status: 'running', Running: true, Restarting: false, OOMKilled: false, ExitCode: 0 };
  const container = {
    Id: 'abc',
    Image: 'sha256:an-image',
    RestartCount: 0,
    State: { ...state, StartedAt: '2026-11-23T00:00:00Z' },
    Config: { Image: 'postgres' },
    HostConfig: { Memory: 0, NanoCpus: 0 },
    NetworkSettings: {},
  };
  const lines = `#!/bin/sh
case "$2" in
  ls) echo abc;;
  inspect) echo '${JSON.stringify([container])}';;
  logs) ${log};;
esac
`;
  writeFileSync(join(folder, 'docker'), lines);
  chmodSync(join(folder, 'docker'), 0o755);
  return folder;
}

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../support/disk/temp-folder.ts';

/** Hostile behaviours of a program, as lines of a shell script. */
export const hostileLines: Readonly<Record<string, string>> = {
  silence: 'exec sleep 600',
  'silence, and no attention to SIGTERM': "trap '' TERM; sleep 30 & wait; wait; wait",
  'closed outputs and silence': 'exec >&- 2>&-; exec sleep 600',
  nothing: 'exit 0',
  'an unknown exit code': 'exit 99',
  'a signal': 'kill -KILL $$',
  garbage: String.raw`printf '\000\377\033[2J\033]52;c;eA==\a{"[\r\n'`,
  'garbage as an error': String.raw`printf '\000\377\033[2J\342\200\256x\r\n' >&2; exit 1`,
  'null in place of an object': 'echo null',
  'a list in place of an object': 'echo [[1]]',
  'an object of another form': `echo '{"Server":[],"changes":{},"Names":7,"Version":{"a":null}}'`,
  'JSON cut off': `printf '{"Server":{"Version":"27'`,
  'a deep value': `head -c 100000 /dev/zero | tr '\\0' '['`,
  'lines without end': 'exec yes "{}"',
  'a line without end': `exec tr '\\0' x </dev/zero`,
  'errors without end': 'exec yes >&2',
  'a drip': 'while :; do printf x; sleep 0.05; done',
};

/** Normal answers of docker with an empty engine. */
const docker = `case "$*" in
  version*) echo '{"Client":{"Version":"27.0.0"},"Server":{"Version":"27.0.0","Os":"linux","Arch":"amd64"}}' ;;
  compose*version*) echo '2.30.0' ;;
  context*) echo unix:///nonexistent/docker.sock ;;
  *inspect*) exit 1 ;;
esac`;

/** Programs with the patterns of their arguments at each point of a rollout, and their normal answers. */
export const programs = {
  docker: {
    usual: docker,
    points: ['version*', 'compose*version*', 'network*', 'container*', 'image*', 'compose*'],
  },
  git: { usual: 'exit 128', points: ['*'] },
  openspec: { usual: 'exit 0', points: ['list*', '--version'] },
  psql: { usual: 'echo psql 17.6', points: [] },
} as const;
export type Program = keyof typeof programs;

/**
 * Writes a program that is hostile at one point.
 * @param point a pattern of sh for its arguments
 * @returns its folder, for PATH, and the path of the file that it creates when it reaches that point
 */
export function hostileProgram(program: Program, point: string, lines: string) {
  const bin = tempFolder();
  const reached = join(bin, 'reached');
  const script = `#!/bin/sh
case "$*" in
  ${point})
    : >${reached}
    ${lines}
    exit
    ;;
esac
${programs[program].usual}
`;
  writeFileSync(join(bin, program), script);
  chmodSync(join(bin, program), 0o755);
  return { bin, reached };
}

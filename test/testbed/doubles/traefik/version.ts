import { double } from '../parts/double.ts';

export const version = `3.6.1 (${double})`;

/** The output of `traefik version`. */
export const versionText = `Version:      ${version}
Codename:     none
Go version:   none (Node ${process.version})
OS/Arch:      ${process.platform}/${process.arch}`;

import { standIn } from '../parts/stand-in.ts';

export const version = `3.6.1 (${standIn})`;

/** What `traefik version` prints. */
export const versionText = `Version:      ${version}
Codename:     none
Go version:   none (Node ${process.version})
OS/Arch:      ${process.platform}/${process.arch}`;

import type { Machine } from '../../testbed/machine/machine.ts';
import type { WatchedRun } from '../program/watched-run.ts';
import type { FaultProxy } from './fault-proxy.ts';

/** What a fault affects: the production host, the link to it, and the process of the operator. */
interface FaultSite {
  readonly machine: Machine;
  readonly link: FaultProxy;
  readonly run: WatchedRun;
}

/** A fault of production, and how it is repaired. */
export interface Fault {
  strike(site: FaultSite): Promise<void> | void;
  repair?(site: FaultSite): Promise<void> | void;
}

/** Folder of the deployments on a production host; a small file system if its disk must become full. */
export const services = '/home/david/services';

/** Its sessions end as well, as on a server that ends the processes of a stopped service. */
const restartSshd = `set -eu
listener=$(cat /run/sshd.pid)
sessions=$(ps -o pid= --ppid "$listener" || true)
kill "$listener" $sessions
while [ -d "/proc/$listener" ]; do sleep 0.02; done
/usr/sbin/sshd -E /var/log/sshd.log`;

export const faults = {
  'the link is cut': { strike: ({ link }) => link.hangUp() },
  'the link freezes': {
    strike: ({ link }) => {
      link.frozen = true;
    },
    // Frozen connections stay frozen, and stay open on the server, as after a network failure.
    repair: ({ link }) => {
      link.abandon();
      link.frozen = false;
    },
  },
  'the link is reset': { strike: ({ link }) => link.cut() },
  'its sshd is restarted': {
    strike: async ({ machine }) => void (await machine.run(['sh', '-c', restartSshd])),
  },
  'it is rebooted': { strike: ({ machine }) => machine.reboot() },
  'its power is cut': { strike: ({ machine }) => machine.powerCut() },
  'its engine is stopped': {
    strike: ({ machine }) => machine.stopEngine(),
    repair: ({ machine }) => machine.startEngine(),
  },
  "the operator's process is killed": { strike: ({ run }) => run.send('SIGKILL') },
  'its disk is full': {
    strike: async ({ machine }) => {
      await machine.exec(['dd', 'if=/dev/zero', `of=${services}/filling`, 'bs=64k']);
    },
    repair: async ({ machine }) => void (await machine.run(['rm', '-f', `${services}/filling`])),
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

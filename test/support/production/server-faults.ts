import type { Machine } from '../../testbed/machine/machine.ts';
import type { WatchedRun } from '../program/watched-run.ts';
import type { FaultProxy } from './fault-proxy.ts';

/** Where a fault strikes: the production host, the link to it, and the operator's process. */
interface FaultSite {
  readonly machine: Machine;
  readonly link: FaultProxy;
  readonly run: WatchedRun;
}

/** A way in which production misbehaves, and how it comes to itself again. */
export interface Fault {
  strike(site: FaultSite): Promise<void> | void;
  repair?(site: FaultSite): Promise<void> | void;
}

/** Where a production host keeps its deployments; a small file system where its disk is to fill up. */
export const services = '/home/david/services';

/** Its sessions end as well, as on a server that cleans up after its services. */
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
    // What was frozen stays so, and the server's ends of it stay open: that is how a network dies.
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

import { join } from 'node:path';
import { fileLayer, scriptLayer } from '../../layer.ts';
import { debianScripts } from '../../places.ts';
import { composeV1Layer } from '../compose-v1/layer.ts';
import type { Image } from '../image.ts';
import { machineTag } from '../pins.ts';

const folder = import.meta.dirname;

/** The Debian system of a machine, with Compose v2 for tests that need it. */
export const systemLayer = scriptLayer('machine', join(folder, 'make.sh'), debianScripts.system);

/**
 * The image of a machine with its own engine, which serves as production host, and which tests may stop, fill and
 * break.
 */
export const machine: Image = {
  tag: machineTag,
  what: 'a machine of the testbed: Debian 13 with an engine, compose v1 and v2, and an SSH server',
  layers: [
    systemLayer,
    composeV1Layer,
    fileLayer('machine-boot', {
      'etc/ssh/sshd_config.d/testbed.conf': join(folder, 'sshd.conf'),
      'usr/local/sbin/machine-init': join(folder, 'machine-init'),
      'usr/local/sbin/machine-engine': join(folder, 'machine-engine'),
    }),
  ],
  config: {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    Cmd: ['/usr/local/sbin/machine-init'],
    ExposedPorts: { '22/tcp': {} },
  },
};

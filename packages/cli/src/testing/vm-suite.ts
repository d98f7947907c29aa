import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError, type Progress, silent } from '@mesh-platform/kubernetes';
import { cacheFolder, EmbeddedTarget, homeDisk, OwnMachine, systemDisk, tool, withLock } from '@mesh-platform/targets';
import { buildServices } from '../services/build.ts';
import { serviceImage } from '../services/service-image.ts';
import { versionsOf } from '../services/service-versions.ts';
import { NAMESPACE, platformIn } from '../services/topology.ts';
import type { Outcome } from './outcome.ts';
import { runVitest } from './vitest-run.ts';

/** Twice what an emulated machine takes. */
const SUITE_MS = 3 * 60 * 60_000;

/** The suite `vm`: a Debian with systemd that contains the checkout and the caches, so that it needs no network. Its log stays in the cache. */
export async function runVmSuite(progress: Progress): Promise<Outcome> {
  const target = new EmbeddedTarget('vm', { namespace: NAMESPACE });
  if (!target.fits())
    throw new PlatformError(
      'the virtual machine cannot be built: it is made of what the embedded target builds',
      'run the suite vm as root on Linux on x86-64',
    );
  return withLock('suite-vm', { timeout: SUITE_MS }, () => runOnMachine(target, progress));
}

async function runOnMachine(target: EmbeddedTarget, progress: Progress): Promise<Outcome> {
  const log = join(cacheFolder(), 'vm.log');
  const startedAt = Date.now();
  const platform = await platformIn({ environment: await target.environment() });
  await target.build(await Promise.all(versionsOf(platform.environment.mesh).map(serviceImage)), progress);
  await tool('kubectl', progress);
  const system = await systemDisk(progress);
  const prepare = (copy: string) => buildServices(silent, copy);
  const machine = await OwnMachine.start({ system, home: (disk, key) => homeDisk(disk, key, startedAt, prepare, progress) }, progress);
  try {
    await writeFile(log, '');
    process.stdout.write(`the log: ${log}\n`);
    return await runVitest({ project: 'vm', env: { VM_SSH: machine.sshConfig, VM_LOG: log }, timeout: SUITE_MS });
  } finally {
    await machine.stop();
  }
}

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { checkSubject } from '@mesh-platform/mesh';
import { versionsOf } from '../services/service-versions.ts';
import { platformIn } from '../services/topology.ts';
import { writeDevFiles } from './dev-files.ts';
import type { Topology, TopologyRequest } from './read-topology.ts';

/** Modules that were imported once stay as they are; a thread has its own. */
async function read({ environment, written }: TopologyRequest): Promise<Topology> {
  try {
    const platform = await platformIn({ environment });
    const { mesh } = platform.environment;
    const { output, exitCode } = checkSubject({ objects: platform.rendered.objects, mesh }, 'text');
    if (exitCode !== 0) return { findings: output, versions: undefined };
    if (written) await writeDevFiles(written, platform);
    return { findings: output, versions: versionsOf(mesh) };
  } catch (error) {
    const hint = error instanceof PlatformError ? `\n    → ${error.hint}` : '';
    return { findings: `${messageOf(error)}${hint}\n`, versions: undefined };
  }
}

parentPort?.postMessage(await read(workerData));

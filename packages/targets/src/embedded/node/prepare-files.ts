import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runInNodeRoot } from '../build/in-node-root.ts';
import { certificatesScript } from './certificates.ts';
import { configurationFiles } from './configuration-files.ts';
import { layout } from './layout.ts';
import { durableFolder, type NodePlan, nodeFile, scratchFolder } from './plan.ts';

/** Every start begins with an empty scratch layer and new certificates: no stale state, and nothing ever expires unseen. */
export async function prepareFiles({ instance, root, pauseImage }: NodePlan): Promise<void> {
  await rm(scratchFolder(instance), { recursive: true, force: true });
  await mkdir(durableFolder(instance), { recursive: true, mode: 0o700 });
  for (const [path, content] of configurationFiles(instance.link.node, pauseImage)) {
    const file = nodeFile(instance, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const pki = nodeFile(instance, layout.pki);
  await mkdir(pki, { recursive: true, mode: 0o700 });
  await runInNodeRoot(root, [{ host: pki, inside: '/output' }], ['sh', '-c', `cd /output\n${certificatesScript(instance.link.node)}`], {
    timeout: 30_000,
  });
}

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { Instance } from './instance.ts';
import { layout } from './node/layout.ts';
import { nodeFile } from './node/plan.ts';

export const kubeconfigFile = (instance: Instance): string => join(instance.state, 'kubeconfig');

/** Writes the administrator's kubeconfig, certificates included, for use from the host; its default namespace is `namespace`. Only root can read it. */
export async function writeKubeconfig(instance: Instance, namespace: string): Promise<string> {
  const pem = async (name: string) => (await readFile(nodeFile(instance, `${layout.pki}/${name}`))).toString('base64');
  const [authority, certificate, key] = await Promise.all([pem('ca.crt'), pem('admin.crt'), pem('admin.key')]);
  const name = `mesh-platform-${instance.name}`;
  const content = dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `https://127.0.0.1:${instance.ports.api}`, 'certificate-authority-data': authority } }],
    users: [{ name, user: { 'client-certificate-data': certificate, 'client-key-data': key } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  });
  const file = kubeconfigFile(instance);
  await writeFile(`${file}.draft`, content, { mode: 0o600 });
  await rename(`${file}.draft`, file);
  return file;
}

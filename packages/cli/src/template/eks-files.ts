import type { Draft } from './draft.ts';

const IMAGES = 'environments/eks/images.json';
const OUTPUTS = 'environments/eks/outputs.json';
const KUSTOMIZATION = 'environments/eks/kustomization.yaml';
const patchFile = (service: string): string => `environments/eks/${service}.yaml`;

/** Says of a new service what EKS adds to it: requests that an autoscaler can count by. */
export async function addEksPatch(draft: Draft, service: string): Promise<void> {
  await draft.write(patchFile(service), patchOf(service));
  await draft.edit(KUSTOMIZATION, (text) => text + entryOf(service));
}

export async function removeEksPatch(draft: Draft, service: string): Promise<void> {
  await draft.remove(patchFile(service));
  await draft.edit(KUSTOMIZATION, (text) => text.replace(entryOf(service), ''));
}

const entryOf = (service: string): string => `  - path: ${service}.yaml\n    target: { kind: Deployment, labelSelector: app=${service} }\n`;

const patchOf = (service: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${service} }
spec:
  template:
    spec:
      containers:
        - name: ${service}
          resources: { requests: { cpu: 200m, memory: 128Mi } }
`;

/** Nothing is pushed under it: the pipeline writes the digest of what it pushed. */
const NOT_PUSHED = `sha256:${'0'.repeat(64)}`;

interface Outputs {
  readonly repositories: { readonly value: Readonly<Record<string, string>> };
}

/** Says of a new release which image it has: none yet, in a repository beside those of the others. */
export async function addEksImage(draft: Draft, release: string): Promise<void> {
  await draft.edit(IMAGES, (text) => json(sorted({ ...JSON.parse(text), [release]: NOT_PUSHED })));
  await draft.edit(OUTPUTS, (text) => {
    const outputs = JSON.parse(text) as Outputs;
    const { value } = outputs.repositories;
    const [other = ''] = Object.values(value);
    const repository = `${other.slice(0, other.lastIndexOf('/'))}/${release}`;
    return json({ ...outputs, repositories: { value: sorted({ ...value, [release]: repository }) } });
  });
}

export async function removeEksImage(draft: Draft, release: string): Promise<void> {
  await draft.edit(IMAGES, (text) => json(without(JSON.parse(text), release)));
  await draft.edit(OUTPUTS, (text) => {
    const outputs = JSON.parse(text) as Outputs;
    return json({ ...outputs, repositories: { value: without(outputs.repositories.value, release) } });
  });
}

type Texts = Readonly<Record<string, string>>;
const sorted = (texts: Texts): Texts => Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
const without = (texts: Texts, name: string): Texts => Object.fromEntries(Object.entries(texts).filter(([key]) => key !== name));

/** As the linter writes it: an object of one name stays on a line. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, undefined, 2).replaceAll(/\{\n\s+("[^"]+": "?[^"{}\n]*"?)\n\s+\}/g, '{ $1 }')}\n`;

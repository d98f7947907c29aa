import { EKS_ENVIRONMENTS } from '@mesh-platform/infra';
import type { Draft } from './draft.ts';

/** Digests and Terraform's outputs are an environment's own; the patches are the same in all. */
const IMAGES = EKS_ENVIRONMENTS.map((name) => `environments/${name}/images.json`);
const OUTPUTS = EKS_ENVIRONMENTS.map((name) => `environments/${name}/outputs.json`);
const KUSTOMIZATION = 'environments/eks/kustomization.yaml';
const patchFile = (service: string): string => `environments/eks/${service}.yaml`;

/** Adds the patch of a new service for EKS: requests for the autoscaler, and the address of its database, if it has one. */
export async function addEksPatch(draft: Draft, service: string, hasDatabase: boolean): Promise<void> {
  await draft.write(patchFile(service), patchOf(service, hasDatabase));
  await draft.edit(KUSTOMIZATION, (text) => text + entryOf(service));
}

export async function removeEksPatch(draft: Draft, service: string): Promise<void> {
  await draft.remove(patchFile(service));
  await draft.edit(KUSTOMIZATION, (text) => text.replace(entryOf(service), ''));
}

const entryOf = (service: string): string => `  - path: ${service}.yaml\n    target: { kind: Deployment, labelSelector: app=${service} }\n`;

const patchOf = (service: string, hasDatabase: boolean): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${service} }
spec:
  template:
    spec:
      containers:
        - name: ${service}
          resources: { requests: { cpu: 200m, memory: 128Mi } }
${hasDatabase ? OUTSIDE : ''}`;

/** The database outside of the mesh, over TLS that verifies host and authority. */
const OUTSIDE = `          env:
            - { name: PGHOST, valueFrom: { configMapKeyRef: { name: database, key: host } } }
            - { name: PGPORT, valueFrom: { configMapKeyRef: { name: database, key: port } } }
            - { name: PGSSLROOTCERT, value: /run/database/authorities.pem }
          volumeMounts:
            - { name: database, mountPath: /run/database, readOnly: true }
      volumes:
        - { name: database, configMap: { name: database } }
`;

/** A digest without an image: the pipeline writes the digest of the pushed image. */
const NOT_PUSHED = `sha256:${'0'.repeat(64)}`;

interface Outputs {
  readonly repositories: { readonly value: Texts };
  readonly database: { readonly value: { readonly client_secret_names: Texts } };
}

/** Adds the image of a new version: not pushed yet, in a repository next to the others. */
export async function addEksImage(draft: Draft, version: string): Promise<void> {
  await editEach(draft, IMAGES, (text) => json(sorted({ ...JSON.parse(text), [version]: NOT_PUSHED })));
  await editEach(draft, OUTPUTS, (text) => {
    const outputs = JSON.parse(text) as Outputs;
    const { value } = outputs.repositories;
    const [other = ''] = Object.values(value);
    const repository = `${other.slice(0, other.lastIndexOf('/'))}/${version}`;
    return json({ ...outputs, repositories: { value: sorted({ ...value, [version]: repository }) } });
  });
}

export async function removeEksImage(draft: Draft, version: string): Promise<void> {
  await editEach(draft, IMAGES, (text) => json(without(JSON.parse(text), version)));
  await editEach(draft, OUTPUTS, (text) => {
    const outputs = JSON.parse(text) as Outputs;
    return json({ ...outputs, repositories: { value: without(outputs.repositories.value, version) } });
  });
}

/** Adds the secret name of a new client of the database: Terraform writes the password there, under the same prefix as the images. */
export const addEksDatabase = (draft: Draft, client: string): Promise<void> =>
  editSecretNames(draft, (names, prefix) => sorted({ ...names, [client]: `${prefix}/database/${client}` }));

/** Removes the secret name of a client of the database, if it has one. */
export const removeEksDatabase = (draft: Draft, client: string): Promise<void> => editSecretNames(draft, (names) => without(names, client));

const editSecretNames = (draft: Draft, change: (names: Texts, prefix: string) => Texts): Promise<void> =>
  editEach(draft, OUTPUTS, (text) => {
    const outputs = JSON.parse(text) as Outputs;
    const { value } = outputs.database;
    const prefix = Object.values(outputs.repositories.value)[0]?.split('/').at(-2) ?? '';
    return json({ ...outputs, database: { value: { ...value, client_secret_names: change(value.client_secret_names, prefix) } } });
  });

async function editEach(draft: Draft, files: readonly string[], change: (text: string) => string): Promise<void> {
  for (const file of files) await draft.edit(file, change);
}

type Texts = Readonly<Record<string, string>>;
const sorted = (texts: Texts): Texts => Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
const without = (texts: Texts, name: string): Texts => Object.fromEntries(Object.entries(texts).filter(([key]) => key !== name));

/** As the linter writes it: an object of one name stays on a line. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, undefined, 2).replaceAll(/\{\n\s+("[^"]+": "?[^"{}\n]*"?)\n\s+\}/g, '{ $1 }')}\n`;

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
            - { name: PGLOGIN_FILE, value: /run/secrets/postgres/login }
          volumeMounts:
            - { name: database, mountPath: /run/database, readOnly: true }
      volumes:
        - { name: database, configMap: { name: database } }
`;

/** A digest without an image: the pipeline writes the digest of the pushed image. */
const NOT_PUSHED = `sha256:${'0'.repeat(64)}`;

interface Outputs {
  readonly repositories: { readonly value: Texts };
  readonly database: { readonly value: { readonly client_logins: Logins } };
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

/** Adds the names of the logins of a new client of the database: Terraform writes them there, under the same prefix as the images. */
export const addEksDatabase = (draft: Draft, client: string): Promise<void> =>
  editLogins(draft, (logins, prefix) => {
    const login = (number: number) => `${prefix}/database/${client}_${number}`;
    return sorted({ ...logins, [client]: { active: login(1), idle: login(2) } });
  });

/** Removes the names of the logins of a client of the database, if it has some. */
export const removeEksDatabase = (draft: Draft, client: string): Promise<void> => editLogins(draft, (logins) => without(logins, client));

const editLogins = (draft: Draft, change: (logins: Logins, prefix: string) => Logins): Promise<void> =>
  editEach(draft, OUTPUTS, (text) => {
    const outputs = JSON.parse(text) as Outputs;
    const { value } = outputs.database;
    const prefix = Object.values(outputs.repositories.value)[0]?.split('/').at(-2) ?? '';
    return json({ ...outputs, database: { value: { ...value, client_logins: change(value.client_logins, prefix) } } });
  });

async function editEach(draft: Draft, files: readonly string[], change: (text: string) => string): Promise<void> {
  for (const file of files) await draft.edit(file, change);
}

type Texts = Readonly<Record<string, string>>;
type Logins = Readonly<Record<string, { readonly active: string; readonly idle: string }>>;
const sorted = <T>(values: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
const without = <T>(values: Readonly<Record<string, T>>, name: string) =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

/** As the linter writes it: an object of one name stays on a line. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, undefined, 2).replaceAll(/\{\n\s+("[^"]+": "?[^"{}\n]*"?)\n\s+\}/g, '{ $1 }')}\n`;

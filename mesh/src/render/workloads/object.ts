import type { MeshObject } from '../../object.ts';

/** An object of Kubernetes' own kinds. */
export const kubernetesObject = (
  apiVersion: string,
  kind: string,
  metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> },
  rest: Readonly<Record<string, unknown>>,
): MeshObject => ({ apiVersion, kind, metadata: { ...metadata, ...(metadata.labels ? { labels: { ...metadata.labels } } : {}) }, ...rest });

export const appOf = (service: string) => ({ app: service });
export const versionLabels = (service: string, version: string) => ({ app: service, version });

import { versionName } from '../../names.ts';
import type { MeshObject } from '../../object.ts';
import type { Environment } from '../../topology/environment.ts';
import type { Service } from '../../topology/mesh.ts';
import { kubernetesObject, versionLabels } from './object.ts';
import { podTemplate } from './pod-template.ts';

/** The pods of one version; a new one is ready before an old one goes. */
export function deploymentOf(environment: Environment, service: Service, version: string): MeshObject {
  const labels = versionLabels(service.name, version);
  const { autoscale, mesh, replicas } = environment;
  return kubernetesObject(
    'apps/v1',
    'Deployment',
    { name: versionName(service.name, version), namespace: mesh.namespace, labels },
    {
      spec: {
        ...(autoscale ? {} : { replicas }), // the autoscaler's, where there is one
        revisionHistoryLimit: 3,
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        selector: { matchLabels: labels },
        template: podTemplate(environment, service, version),
      },
    },
  );
}

/** One pod and the volume that it owns. */
export function statefulSetOf(environment: Environment, service: Service): MeshObject {
  const [version = 'v1'] = service.versions;
  const labels = versionLabels(service.name, version);
  return kubernetesObject(
    'apps/v1',
    'StatefulSet',
    { name: service.name, namespace: environment.mesh.namespace, labels },
    {
      spec: {
        serviceName: service.name,
        replicas: 1,
        selector: { matchLabels: labels },
        template: podTemplate(environment, service, version),
        volumeClaimTemplates: [
          { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } } },
        ],
      },
    },
  );
}

/** Between how many pods a version has, by its use of processor time. */
export function autoscalerOf({ autoscale, mesh, replicas }: Environment, service: Service, version: string): MeshObject | undefined {
  if (!autoscale) return undefined;
  const name = versionName(service.name, version);
  return kubernetesObject(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    { name, namespace: mesh.namespace, labels: versionLabels(service.name, version) },
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: replicas,
        maxReplicas: autoscale.max,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: autoscale.cpuPercent } } },
        ],
      },
    },
  );
}

/** A drained node takes one pod of a service at a time. */
export const disruptionBudgetOf = ({ mesh }: Environment, { name }: Service): MeshObject =>
  kubernetesObject(
    'policy/v1',
    'PodDisruptionBudget',
    { name, namespace: mesh.namespace, labels: { app: name } },
    {
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
    },
  );

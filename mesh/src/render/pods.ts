import { serviceUsers } from '@mesh-platform/kubernetes';
import { kept } from '../kept.ts';
import { versionLabels, versionName } from '../names.ts';
import { kubernetesObject, type MeshObject } from '../object.ts';
import type { Environment } from '../topology/environment.ts';
import { HEALTH_PORT, type Mesh, type Service } from '../topology/mesh.ts';

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

/** The hardened pod of a version. `apps/<service>/deploy` patches what is the service's own: its environment, its resources. */
function podTemplate({ image, mesh, variables, zones }: Environment, service: Service, version: string) {
  const user = usersOf(mesh).get(service.name);
  const labels = versionLabels(service.name, version);
  return {
    metadata: { labels },
    spec: {
      serviceAccountName: service.name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 30,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...(zones ? { topologySpreadConstraints: spread(labels) } : {}),
      containers: [
        {
          name: service.name,
          image: image(service.name, version),
          imagePullPolicy: 'IfNotPresent',
          ports: portsOf(service),
          env: service.stateful ? [] : environmentOf(variables),
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } },
          securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          ...probesOf(service),
          ...(service.stateful ? {} : { lifecycle }),
        },
      ],
    },
  };
}

const usersByMesh = new WeakMap<Mesh, ReadonlyMap<string, number>>();

/** The user number of each service, computed once: each depends on those of all services. */
const usersOf = (mesh: Mesh): ReadonlyMap<string, number> => kept(usersByMesh, mesh, () => serviceUsers(mesh.name, mesh.services.keys()));

/** Callers learn of the termination later than the pod, so it keeps serving until then. A service with one pod still has a gap. */
const lifecycle = { preStop: { sleep: { seconds: 3 } } } as const;

const portsOf = ({ protocol, port, portName }: Service) => [
  { name: portName, containerPort: port },
  ...(protocol === 'grpc' ? [{ name: 'http', containerPort: HEALTH_PORT }] : []),
];

/** With the default that the API server adds: a plan compares a reference as a whole. */
const fieldRef = (fieldPath: string) => ({ fieldRef: { apiVersion: 'v1', fieldPath } });

const environmentOf = (variables: Environment['variables']) => [
  { name: 'SERVICE_VERSION', valueFrom: fieldRef("metadata.labels['version']") },
  { name: 'POD_NAME', valueFrom: fieldRef('metadata.name') },
  ...Object.entries(variables).map(([name, value]) => ({ name, value })),
];

/** Liveness is not readiness: an unavailable callee does not restart the pod. */
function probesOf({ protocol, portName }: Service) {
  if (protocol === 'tcp')
    return {
      // A database accepts connections when it has recovered from a crash, which may take minutes: ended before, it would begin again.
      startupProbe: { tcpSocket: { port: portName }, periodSeconds: 1, failureThreshold: 600 },
      livenessProbe: { tcpSocket: { port: portName }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      readinessProbe: { tcpSocket: { port: portName }, periodSeconds: 2 },
    };
  return {
    startupProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1, failureThreshold: 60 },
    livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10, timeoutSeconds: 3 },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 2 },
  };
}

const spread = (labels: Readonly<Record<string, string>>) =>
  ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
  }));

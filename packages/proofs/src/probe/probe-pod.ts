import { type KubernetesObject, users } from '@mesh-platform/kubernetes';

export interface ProbePod {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly serviceAccount?: string;
  readonly sidecar?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  /** A port that it serves HTTP on: it is ready when that answers. */
  readonly port?: number;
}

/** A pod with one hardened container; it ends by itself after two minutes, whatever becomes of who started it. */
export const probePod = ({ name, namespace, image, command, serviceAccount, sidecar = true, labels = {}, port }: ProbePod) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name, ...labels, ...(sidecar ? {} : { 'sidecar.istio.io/inject': 'false' }) } },
    spec: {
      ...(serviceAccount ? { serviceAccountName: serviceAccount } : {}),
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: 120,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: users.probe, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'probe',
          image,
          command,
          ...(port && {
            ports: [{ name: 'http', containerPort: port }],
            readinessProbe: { httpGet: { path: '/', port }, periodSeconds: 1 },
          }),
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }) as KubernetesObject;

import { type KubernetesObject, scriptCommand } from '@mesh-platform/kubernetes';
import type { Supervision } from './pod/supervisor.ts';

/** On loopback of each pod that is developed in; none of ours and none of Istio's. */
export const SUPERVISOR_PORT = 9_999;
/** Node.js's own port of its debugger, on loopback of a pod that is inspected. */
export const INSPECTOR_PORT = 9_229;
/** The volume that marks such a pod. */
export const COPIES = 'dev-copies';
const COPIES_PATH = '/run/dev-copies';
/** Two copies of our own files, and room for the output of a build. */
const COPIES_LIMIT = '64Mi';
/** Where the Dockerfiles put the program. */
const IMAGE_FOLDER = '/app';

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly readinessProbe?: { readonly httpGet?: { readonly path: string; readonly port: string } };
  readonly volumeMounts?: readonly object[];
  readonly livenessProbe?: object;
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes?: readonly object[];
}
type Deployment = KubernetesObject & { readonly spec: { readonly template: { readonly spec: PodSpec } } };

/**
 * The Deployment of a service with a supervisor in the place of its program: it starts that, takes new files for it, starts it again
 * with them, and restores the previous program where they cannot serve. `program` is the image's own command. An inspected one has a
 * debugger on the pod's loopback, and no liveness probe: the kubelet would restart it at a breakpoint.
 */
export async function supervised(
  object: KubernetesObject,
  program: readonly string[],
  { inspected = false }: { readonly inspected?: boolean } = {},
): Promise<KubernetesObject> {
  const deployment = object as Deployment;
  const { template } = deployment.spec;
  const [container, ...others] = template.spec.containers;
  if (!container) throw new Error(`${object.metadata?.name} has no container`);
  const supervision: Supervision = {
    image: IMAGE_FOLDER,
    copies: COPIES_PATH,
    program,
    readyUrl: readyUrlOf(container),
    port: SUPERVISOR_PORT,
    ...(inspected ? { inspectorPort: INSPECTOR_PORT } : {}),
  };
  const { livenessProbe, ...without } = container;
  const under = {
    ...(inspected ? without : container),
    command: await scriptCommand(new URL('pod/supervisor.ts', import.meta.url), JSON.stringify(supervision)),
    volumeMounts: [...(container.volumeMounts ?? []), { name: COPIES, mountPath: COPIES_PATH }],
  };
  const volumes = [...(template.spec.volumes ?? []), { name: COPIES, emptyDir: { sizeLimit: COPIES_LIMIT } }];
  const spec = { ...template.spec, containers: [under, ...others], volumes };
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec } } } as KubernetesObject;
}

function readyUrlOf({ name, ports = [], readinessProbe }: Container): string {
  const probe = readinessProbe?.httpGet;
  const port = ports.find((declared) => declared.name === probe?.port)?.containerPort;
  if (!probe || !port) throw new Error(`the container ${name} has no readiness probe over HTTP`);
  return `http://127.0.0.1:${port}${probe.path}`;
}

const CMD = /^CMD (\[.*\])$/m;

/** The command of an image, from the CMD of its Dockerfile. */
export function programOf(dockerfile: string): readonly string[] {
  const [, command] = CMD.exec(dockerfile) ?? [];
  if (!command) throw new Error('the Dockerfile has no CMD that is a list');
  return JSON.parse(command) as string[];
}

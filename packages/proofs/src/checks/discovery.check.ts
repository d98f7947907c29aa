import { type KubernetesObject, runningImage } from '@mesh-platform/kubernetes';
import { check, type Stage } from '../check.ts';
import { anyService } from '../participants/participants.ts';
import { probe } from '../probe/probe.ts';
import { probePod } from '../probe/probe-pod.ts';

const NAME = 'proof-greeter';
const PORT = 8080;
const SERVER = `require('node:http').createServer((request, response) => response.end('hello')).listen(${PORT})`;

/** A caller that knew nothing of a service finds it by its name, without a restart and without an address. */
export const discovery = check({
  name: 'discovery',
  title: 'a new service is found by its name, its callers unchanged',
  needs: ['injection'],
  participants: ({ environment }) => anyService(environment.mesh),
  does: ({ service }) =>
    `a pod with the identity of ${service.name} calls http://${NAME}:${PORT}/ until it is answered; the service is created only when the pod runs already`,
  arrange: (stage, { service }) => objectsOf(stage, service.name),
  act: ({ cluster, environment, signal, cleanup }, objects, { service }) =>
    probe(
      cluster,
      {
        namespace: environment.mesh.namespace,
        serviceAccount: service.name,
        egress: ['./*'],
        signal,
        running: async () => {
          for (const object of objects) cleanup(() => cluster.delete(object));
          await cluster.apply(objects, 'probe');
        },
      },
      // A refusal is the service's answer too, and a final one: its policy is there before its pod.
      [{ kind: 'http', host: NAME, port: PORT, until: ['200', '403'] }],
    ),
  evidence: ([result = '']) => ({
    passes: result.endsWith(', then 200') && !result.startsWith('200'),
    lines: [`the same process was answered: ${result}`],
  }),
});

async function objectsOf({ cluster, environment }: Stage, caller: string): Promise<readonly KubernetesObject[]> {
  const { namespace, trustDomain } = environment.mesh;
  const metadata = { name: NAME, namespace };
  const image = await runningImage(cluster);
  const callers = [{ source: { principals: [`${trustDomain}/ns/${namespace}/sa/${caller}`] } }];
  return [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata,
      spec: { selector: { matchLabels: { app: NAME } }, action: 'ALLOW', rules: [{ from: callers }] },
    } as KubernetesObject,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: NAME }, ports: [{ name: 'http', port: PORT }] },
    } as KubernetesObject,
    probePod({ name: NAME, namespace, image, command: ['node', '-e', SERVER], port: PORT }),
  ];
}

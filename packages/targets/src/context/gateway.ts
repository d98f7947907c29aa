import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { PortForward } from '@kubernetes/client-node';
import { type Cluster, GATEWAY, isTerminating, type LiveObject, type Pod } from '@mesh-platform/kubernetes';
import { type Finding, missing, ok, type RunningTarget } from '../target.ts';

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: GATEWAY.name, namespace: GATEWAY.namespace } };

interface GatewayService extends LiveObject {
  readonly spec?: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } };
}

/** Whether it is the Service that an installation of ours has for its gateway. */
export const isGatewayService = ({ metadata }: LiveObject): boolean =>
  metadata?.namespace === GATEWAY.namespace && metadata.name === GATEWAY.name;

/** Whether an Istio that `up` did not install has its gateway where the policies expect it: they admit only that identity. */
export async function inspectGateway(cluster: Cluster): Promise<Finding> {
  const [what, name] = ['gateway', `Service ${GATEWAY.namespace}/${GATEWAY.name}`];
  if (await cluster.read(service)) return ok(what, name);
  const hint = `install Istio's ingress gateway as ${GATEWAY.name} in namespace ${GATEWAY.namespace}; see infra/istio/cluster/operator.yaml`;
  return missing(what, `there is no ${name}`, hint);
}

/** How a gateway is reached: by this process, and by a user. */
export type Reached = Pick<RunningTarget, 'gatewayUrl' | 'wayIn'>;

/** Facts about a gateway that the environment sets. */
export interface Known {
  /** The public address. */
  readonly address: string | undefined;
  /** Names that it answers to; it refuses any other. */
  readonly hosts: readonly string[];
}

/** By its public address, by that of its load balancer where it answers to it, else by a forward of this process. */
export async function reachGateway(cluster: Cluster, kubeconfig: string, { address: known, hosts }: Known): Promise<Reached> {
  const balancer = await loadBalancerOf(cluster);
  const address = known ?? (balancer !== undefined && answersTo(balancer, hosts) ? `http://${balancer}` : undefined);
  if (address !== undefined) return { gatewayUrl: address, wayIn: { url: address } };
  const { namespace, name, ports } = GATEWAY;
  const first = `kubectl --kubeconfig ${kubeconfig} -n ${namespace} port-forward service/${name} ${ports.node}:${ports.service}`;
  return { gatewayUrl: await forwardGateway(cluster), wayIn: { url: `http://127.0.0.1:${ports.node}`, first } };
}

/** The address of the gateway's load balancer, if it has one that the gateway does not answer to. */
export async function unansweredAddress(cluster: Cluster, { address, hosts }: Known): Promise<string | undefined> {
  const balancer = await loadBalancerOf(cluster);
  return address === undefined && balancer !== undefined && !answersTo(balancer, hosts) ? balancer : undefined;
}

const answersTo = (name: string, hosts: readonly string[]): boolean =>
  hosts.some((host) => host === '*' || host === name || (host.startsWith('*.') && name.endsWith(host.slice(1))));

/** A name or an address, without a scheme. */
async function loadBalancerOf(cluster: Cluster): Promise<string | undefined> {
  const live = await cluster.read<GatewayService>(service);
  const [{ hostname, ip } = {}] = live?.status?.loadBalancer?.ingress ?? [];
  return hostname ?? ip;
}

/**
 * A loopback port of this process from which each connection goes to a pod of the gateway over the API server, as `kubectl port-forward`
 * does it. It keeps no process alive. Gives its address.
 */
async function forwardGateway(cluster: Cluster): Promise<string> {
  const forward = new PortForward(cluster.config);
  const server: Server = createServer(async (socket) => {
    socket.on('error', () => {}); // its close follows
    try {
      const tunnel = await forward.portForward(GATEWAY.namespace, await gatewayPod(cluster), [GATEWAY.ports.pod], socket, null, socket);
      const end = typeof tunnel === 'function' ? () => tunnel()?.close() : () => tunnel.close();
      socket.once('close', end);
      if (typeof tunnel !== 'function') tunnel.onclose = () => socket.destroy();
    } catch {
      socket.resetAndDestroy(); // the client sees that there is no gateway
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function gatewayPod(cluster: Cluster): Promise<string> {
  const pods = await cluster.list<Pod>('v1', 'Pod', GATEWAY.namespace, `app=${GATEWAY.name}`);
  const running = pods.find((pod) => !isTerminating(pod) && pod.status?.phase === 'Running');
  if (!running) throw new Error('no pod of the gateway runs');
  return running.metadata?.name ?? '';
}

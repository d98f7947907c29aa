import { users } from '@mesh-platform/kubernetes';
import type { Desired } from '../../src/apply/plan.ts';
import type { MeshObject } from '../../src/object.ts';
import { render } from '../../src/render/render.ts';
import { resolveMesh } from '../../src/topology/define-mesh.ts';
import { defineEnvironment } from '../../src/topology/environment.ts';
import type { MeshSpec } from '../../src/topology/spec.ts';
import { manyServices } from './many-services.ts';

/** The namespace and the name of the topology. */
export const SCALE = 'mesh-scale';
/** Pods that run, with a proxy each; the other services have none. */
const PODS = 24;
/** Of that many services, pruning removes one. */
const PRUNED_OF = 10;

/** What differs from the generated topology. */
export interface Change {
  /** The timeout of the first call of the first service. */
  readonly timeout?: `${number}s`;
  /** Without a tenth of the services that run no pod, and the calls to them. */
  readonly pruned?: boolean;
  /** In place of those of the generated topology, by service. */
  readonly weights?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface ScaleTopology {
  readonly desired: Desired;
  readonly calls: number;
  /** A service with two versions that run, and a caller that runs. */
  readonly split: string;
}

/** A mesh of many services as the cluster gets it: without Deployments, but for the first services from the gateway on. */
export function scaleTopology(services: number, image: string, { timeout, pruned = false, weights = {} }: Change = {}): ScaleTopology {
  const whole = manyServices(services, { name: SCALE });
  const running = firstServices(whole);
  const kept = pruned ? without(whole, running) : whole;
  const spec = { ...kept, weights: { ...kept.weights, ...weights } };
  const [first] = Object.values(spec.services);
  const [callee] = Object.keys(first?.calls ?? {});
  if (timeout && callee) Object.assign(first?.calls?.[callee] ?? {}, { timeout });
  const environment = defineEnvironment({ ...resolveMesh(spec), spec }, { name: 'scale', image: () => image });
  const objects = render(environment).objects.flatMap((object) => (object.kind === 'Deployment' ? echo(object, running) : object));
  const split = [...running].find((name, index) => index > 0 && spec.services[name]?.versions.length === 2) ?? '';
  const calls = [...environment.mesh.services.values()].reduce((sum, service) => sum + service.calls.length, 0);
  return { desired: { topology: SCALE, namespace: SCALE, objects }, calls, split };
}

/** The first services on the ways from the gateway, as many as have PODS versions. */
function firstServices({ services, gateway }: MeshSpec): ReadonlySet<string> {
  const found = new Set([gateway?.to ?? '']);
  let versions = 0;
  for (const name of found) {
    versions += services[name]?.versions.length ?? 0;
    if (versions >= PODS) return new Set([...found].slice(0, [...found].indexOf(name) + 1));
    for (const callee of Object.keys(services[name]?.calls ?? {})) found.add(callee);
  }
  return found;
}

function without(spec: MeshSpec, running: ReadonlySet<string>): MeshSpec {
  const idle = Object.keys(spec.services).filter((name) => !running.has(name));
  const gone = new Set(idle.slice(0, Math.floor(idle.length / PRUNED_OF)));
  const services = Object.entries(spec.services).flatMap(([name, service]) => {
    const calls = Object.entries(service.calls ?? {}).filter(([callee]) => !gone.has(callee));
    return gone.has(name) ? [] : [[name, { ...service, calls: Object.fromEntries(calls) }] as const];
  });
  const weights = Object.entries(spec.weights ?? {}).filter(([name]) => !gone.has(name));
  return { ...spec, services: Object.fromEntries(services), weights: Object.fromEntries(weights) };
}

/** Answers each probe and each request. */
const ECHO = `
require('node:http').createServer((_request, response) => response.end()).listen(8080);
require('node:http2').createServer().listen(9090);
process.on('SIGTERM', () => process.exit(0));
`;

interface Deployment {
  readonly template: { readonly spec: { readonly containers: readonly object[] }; readonly metadata: object };
}

/** The Deployment with a small container that echoes; nothing for a service that does not run here. */
function echo(object: MeshObject, running: ReadonlySet<string>): readonly MeshObject[] {
  if (!running.has(object.metadata?.labels?.app ?? '')) return [];
  const { template, ...spec } = object.spec as Deployment;
  const [container] = template.spec.containers;
  const small = {
    ...{ command: ['node', '-e', ECHO], env: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=64' }] },
    resources: { requests: { cpu: '1m', memory: '16Mi' }, limits: { memory: '160Mi' } },
    lifecycle: undefined,
  };
  const annotations = { 'proxy.istio.io/config': '{ concurrency: 1, drainDuration: 1s }' };
  const pod = { ...template.spec, terminationGracePeriodSeconds: 1, containers: [{ ...container, ...small }] };
  const securityContext = { runAsNonRoot: true, runAsUser: users.probe, seccompProfile: { type: 'RuntimeDefault' } };
  return [
    { ...object, spec: { ...spec, template: { metadata: { ...template.metadata, annotations }, spec: { ...pod, securityContext } } } },
  ];
}

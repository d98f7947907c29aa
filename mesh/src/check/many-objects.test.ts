import { expect, test } from 'vitest';
import type { MeshObject } from '../object.ts';
import { parseObjects } from './read-objects.ts';
import { allChecks, runChecks } from './run-checks.ts';

const OBJECTS = 6_000;
const MAX_SECONDS = 5;
const MAX_MEGABYTES = 500;
const MEGABYTE = 1024 * 1024;

const documents = (count: number, make: (index: number) => readonly string[]): string =>
  Array.from({ length: count }, (_, index) => make(index))
    .flat()
    .join('\n---\n');

const service = (name: string, namespace: string) => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 8080 }] }`;
const deployment = (name: string, namespace: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, version: v1 } }
    spec: { serviceAccountName: ${name}, containers: [{ name: ${name}, image: example.com/app, ports: [{ containerPort: 8080 }] }] }`;
const virtualService = (name: string, namespace: string, rest: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  ${rest}
  http: [{ retries: { attempts: 0 }, route: [{ destination: { host: ${name}, subset: v1 } }] }]`;
const destinationRule = (name: string, namespace: string) => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: ${namespace} }
spec: { host: ${name}, subsets: [{ name: v1, labels: { version: v1 } }] }`;
const policy = (name: string, namespace: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { matchLabels: { app: ${name} } }, rules: [{ from: [{ source: { principals: [cluster.local/ns/${namespace}/sa/${name}] } }] }] }`;
const gateway = (name: string, namespace: string) => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [${name}.example.com] }] }`;

const kinds = (namespaces: number) =>
  documents(OBJECTS / 6, (index) => {
    const [name, namespace] = [`s${index}`, `n${index % namespaces}`];
    return [
      service(name, namespace),
      deployment(name, namespace),
      virtualService(name, namespace, `hosts: [${name}]`),
      destinationRule(name, namespace),
      policy(name, namespace),
      gateway(name, namespace),
    ];
  });

test.each<[string, string]>([
  ['of twenty namespaces', kinds(20)],
  ['of one namespace', kinds(1)],
  ['that all route one host', documents(OBJECTS, (index) => [virtualService(`s${index}`, 'shop', 'hosts: [shop.example.com]')])],
  ['that all select one gateway', documents(OBJECTS / 2, (index) => [gateway(`g${index}`, 'shop'), gateway('g', `n${index}`)])],
])(`${OBJECTS} objects %s take at most ${MAX_SECONDS} s of processor time and ${MAX_MEGABYTES} MB`, { timeout: 120_000 }, (_what, text) => {
  const { heapUsed } = process.memoryUsage();
  const startedAt = process.cpuUsage();
  const objects: readonly MeshObject[] = parseObjects(text, 'many.yaml');
  runChecks({ objects }, allChecks);
  const { user } = process.cpuUsage(startedAt);
  expect(objects).toHaveLength(OBJECTS);
  expect(user / 1_000_000).toBeLessThan(MAX_SECONDS);
  expect((process.memoryUsage().heapUsed - heapUsed) / MEGABYTE).toBeLessThan(MAX_MEGABYTES);
});

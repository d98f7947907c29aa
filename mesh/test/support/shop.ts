import { parseObjects } from '../../src/check/read-objects.ts';
import { explain } from '../../src/explain/explain.ts';
import type { ExplainRequest, Explanation } from '../../src/explain/explanation.ts';
import type { MeshObject } from '../../src/object.ts';

export const workload = (name: string, version: string, port: number, replicas = 1) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-${version}, namespace: shop }
spec:
  replicas: ${replicas}
  template:
    metadata: { labels: { app: ${name}, version: ${version} } }
    spec: { serviceAccountName: ${name}, containers: [{ name: ${name}, ports: [{ name: main, containerPort: ${port} }] }] }
---`;
export const service = (name: string, portName: string, port: number, target: number) => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: ${portName}, port: ${port}, targetPort: ${target} }] }
---`;
export const istio = (kind: string, name: string, spec: string, group = 'networking') =>
  `\napiVersion: ${group}.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n---`;
export const policy = (name: string, spec: string) => istio('AuthorizationPolicy', name, spec, 'security');
export const sa = (name: string) => `cluster.local/ns/shop/sa/${name}`;

const pods = [
  service('front', 'http', 80, 8080),
  workload('front', 'v1', 8080),
  service('orders', 'http', 80, 8080),
  workload('orders', 'v1', 8080, 3),
  workload('orders', 'v2', 8080, 1),
  service('ledger', 'grpc', 9090, 9090),
  workload('ledger', 'v1', 9090),
  service('db', 'tcp-db', 5432, 5432),
  workload('db', 'v1', 5432),
].join('');

const objects = (...more: readonly string[]): readonly MeshObject[] => parseObjects([pods, ...more].join(''), 'shop.yaml');
export const ask = (more: readonly string[], wanted: Partial<ExplainRequest> = {}): Explanation =>
  explain(objects(...more), { from: 'front', to: 'orders', ...wanted });

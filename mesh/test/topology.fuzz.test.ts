import { fuzz, mutatedValue } from '@mesh-platform/fuzz-kit';
import { PlatformError } from '@mesh-platform/kubernetes';
import fc from 'fast-check';
import { test } from 'vitest';
import { allChecks, runChecks } from '../src/check/run-checks.ts';
import { render, renderYaml } from '../src/render/render.ts';
import { type DefinedMesh, resolveMesh } from '../src/topology/define-mesh.ts';
import { defineEnvironment, type Environment, type EnvironmentSpec } from '../src/topology/environment.ts';
import type { MeshSpec } from '../src/topology/spec.ts';

const http = { protocol: 'http', port: 8080, versions: ['v1', 'v2'] };
const topologies = [
  { name: 'a', namespace: 'b', services: { web: http } },
  {
    name: 'shop',
    namespace: 'shop',
    trustDomain: 'shop.example',
    gateway: {
      to: 'web',
      hosts: ['shop.example'],
      hidden: ['/metrics'],
      timeout: '10s',
      methods: { 'GET,HEAD /*': { retries: { attempts: 2, perTry: '3s', on: ['gateway-error'] } }, 'POST /orders': {} },
      sticky: { cookie: 'version', assets: '/assets/{version}/' },
    },
    services: {
      web: {
        ...http,
        calls: {
          core: {
            timeout: '2s',
            methods: { 'shop.v1.Core/Get,List': { idempotent: true, retries: { attempts: 1, on: ['unavailable'] } } },
          },
          mail: {},
        },
      },
      core: { protocol: 'grpc', port: 9090, versions: ['v1'], calls: { db: {} } },
      db: { protocol: 'tcp', port: 5432, versions: ['v1'], stateful: true },
    },
    externals: { mail: { hosts: ['mail.example'], port: 587, protocol: 'tcp' } },
    weights: { web: { v1: 80, v2: 20 } },
  },
];
const environments = [
  { name: 'local', image: 'FUNCTION' },
  {
    name: 'production',
    image: 'FUNCTION',
    replicas: 2,
    autoscale: { max: 8, cpuPercent: 70 },
    tls: { credential: 'tls' },
    zones: true,
    patches: ['patches/*'],
    variables: { FAULTS: 'off' },
    outside: { db: { hosts: ['db.example'], port: 5432, protocol: 'tcp' } },
    externals: { traces: { hosts: ['traces.example'], port: 4318, protocol: 'http', calledBy: ['web'] } },
  },
];

const getter = Object.defineProperty({}, 'name', { enumerable: true, get: () => 'web' });
const junk = [
  undefined,
  null,
  '',
  'constructor',
  '__proto__',
  'v2',
  'a'.repeat(64),
  'é',
  '2s',
  '0s',
  '/*',
  'http',
  '*',
  -1,
  0,
  1.5,
  65_536,
  Number.NaN,
  10n,
  true,
  [],
  {},
  [null],
  ['v1', 'v1'],
  new Map(),
  new Date(0),
  () => 'x',
  Symbol('x'),
  getter,
];
const mutated = (corpus: readonly object[]) => mutatedValue({ corpus, junk });
const inputs = fc.oneof(
  fc.record({ topology: mutated(topologies), environment: fc.constantFrom(...environments) }),
  fc.record({ topology: fc.constantFrom(...topologies), environment: mutated(environments) }),
  fc.record({ topology: mutated(topologies), environment: mutated(environments) }),
);

const image = (service: string, version: string) => `example.com/${service}:${version}`;
/** Replaces the placeholder of `image` with the function: fast-check prints no functions. */
const withImage = (environment: unknown): unknown =>
  typeof environment === 'object' && environment !== null && 'image' in environment && environment.image === 'FUNCTION'
    ? { ...environment, image }
    : environment;

test('renders and checks any topology, or rejects it with the error and the fix', async () => {
  await fuzz({
    name: 'topology',
    file: import.meta.filename,
    inputs,
    outcomes: ['rendered', 'refused'],
    cpuMs: 500,
    memoryMiB: 128,
    check: ({ topology, environment }) => {
      let resolved: Environment;
      try {
        resolved = defineEnvironment(
          { ...resolveMesh(topology as MeshSpec), spec: topology } as DefinedMesh,
          withImage(environment) as EnvironmentSpec,
        );
      } catch (error) {
        if (error instanceof PlatformError && error.hint !== '' && error.message.length < 1_000) return 'refused';
        throw error;
      }
      const rendered = render(resolved);
      renderYaml(rendered);
      runChecks({ objects: rendered.objects, mesh: resolved.mesh }, allChecks);
      return 'rendered';
    },
  });
});

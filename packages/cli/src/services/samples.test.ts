import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { generatedSecrets } from './environment.ts';
import { type LockFile, productionClosure } from './production-closure.ts';
import { localEnvironment } from './topology.ts';

// Checks of preview, web and core by their names.

interface Declared {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly stringData: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly volumes?: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
          readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
        }[];
      };
    };
    readonly rules: readonly { readonly to: readonly { readonly operation: { readonly paths: readonly string[] } }[] }[];
    readonly http: readonly {
      readonly match?: readonly { readonly uri: { readonly exact: string } }[];
      readonly retries: { readonly retryOn: string };
    }[];
  };
}

const { environment, rendered } = await localEnvironment();
const secrets = await generatedSecrets({ secret: async (name: string) => `generated for ${name}` }, environment.mesh);
const objects = [...rendered.objects, ...secrets] as (KubernetesObject & Declared)[];
const named = (kind: string, name: string) => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`the platform has no ${kind} ${name}`);
  return found;
};

test.each([
  ['PGPASSWORD_FILE', 'postgres-core'],
  ['CURSOR_KEY_FILE', 'core-cursor-key'],
])('a generated secret is mounted at the path of core’s %s', (variable, secretName) => {
  const { volumes = [], containers } = named('Deployment', 'core-v1').spec.template.spec;
  const volume = volumes.find(({ secret }) => secret?.secretName === secretName)?.name;
  const mount = containers[0]?.volumeMounts?.find(({ name }) => name === volume)?.mountPath;
  const [key] = Object.keys(named('Secret', secretName).stringData);
  expect(containers[0]?.env?.find(({ name }) => name === variable)?.value).toBe(`${mount}/${key}`);
});

/** Every method of core's contract, as a path. */
const methods = ['documents/v1/documents.proto', 'path/v1/path.proto'].flatMap((file) => {
  const text = readFileSync(join(checkout, 'packages/contracts/proto', file), 'utf8');
  const service = `/${/^package (.+);/m.exec(text)?.[1]}.${/^service (\w+)/m.exec(text)?.[1]}`;
  return [...text.matchAll(/^ {2}rpc (\w+)/gm)].map(([, method]) => `${service}/${method}`);
});

test('core admits the methods of its contract and no other', () => {
  const admitted = named('AuthorizationPolicy', 'core').spec.rules.flatMap(({ to }) => to.flatMap(({ operation }) => operation.paths));
  expect([...new Set(admitted)].sort()).toEqual(methods.sort());
});

test('the mesh retries a call that core may have run only where it has no text of a user', () => {
  const routes = named('VirtualService', 'core').spec.http;
  const eager = routes.filter(({ retries }) => /unavailable|reset|5xx|gateway-error/.test(retries.retryOn));
  const retried = eager.flatMap(({ match }) => match?.map(({ uri }) => uri.exact) ?? ['every method']);
  const safe = methods.filter((method) => !/\/(Create|Update|Delete)$/.test(method));
  expect(retried.sort()).toEqual(safe.sort());
  expect(routes.at(-1)).toMatchObject({ retries: { retryOn: 'connect-failure,refused-stream' } });
});

test('the mesh never retries a request that a pod of preview or web received, which may have crashed it', () => {
  const conditions = ['edge-preview', 'web'].flatMap((service) =>
    named('VirtualService', service).spec.http.map(({ retries }) => retries.retryOn),
  );
  expect(conditions.length).toBeGreaterThan(1);
  expect(new Set(conditions)).toEqual(new Set(['connect-failure,refused-stream']));
});

const real = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as LockFile;
const namesOf = (service: string) =>
  productionClosure(real, `apps/${service}`).packages.map(({ source }) => source.slice(source.lastIndexOf('node_modules/') + 13));

test('the image of core contains its database driver and gRPC, and no tools that build or test it', () => {
  const names = namesOf('core');
  expect(names).toEqual(expect.arrayContaining(['pg', '@grpc/grpc-js', '@nestjs/core', 'zod']));
  for (const tool of ['vitest', 'typescript', '@biomejs/biome', 'turbo', '@types/pg']) expect(names).not.toContain(tool);
});

test('preview runs without a database driver and without gRPC', () => {
  const names = namesOf('preview');
  expect(names).toEqual(expect.arrayContaining(['markdown-it', 'undici', '@nestjs/core']));
  expect(names.filter((name) => name === 'pg' || name.startsWith('@grpc/') || name === '@nestjs/microservices')).toEqual([]);
});

test('web runs with gRPC and without a database driver', () => {
  const names = namesOf('web');
  expect(names).toContain('@grpc/grpc-js');
  expect(names).not.toContain('@nestjs/microservices'); // it serves no gRPC
  expect(names).not.toContain('pg');
});

test('call-kit is for the two that speak gRPC', () => {
  const shares = (service: string) => productionClosure(real, `apps/${service}`).workspaces.some(({ name }) => name.endsWith('/call-kit'));
  expect(['preview', 'web', 'core'].filter(shares)).toEqual(['web', 'core']);
});

const service = (name: string) => {
  const found = environment.mesh.services.get(name);
  if (!found) throw new Error(`the topology has no service ${name}`);
  return found;
};

test.each([
  ['packages/service-kit/src/env/common.env.ts', 'PORT', service('web').port],
  ['packages/service-kit/src/env/common.env.ts', 'PORT', service('preview').port],
  ['packages/postgres-kit/src/database.env.ts', 'PGPORT', service('postgres').port],
  ['apps/core/src/env.ts', 'GRPC_PORT', service('core').port],
  ['apps/web/src/env.ts', 'CORE_ADDRESS', `'core:${service('core').port}'`],
  ['apps/preview/src/env.ts', 'WEB_URL', `'http://web:${service('web').port}'`],
])('%s: the default of %s is the one of the topology, %s', (file, variable, expected) => {
  const text = readFileSync(join(checkout, file), 'utf8');
  const [, value] = new RegExp(`^  ${variable}: [\\s\\S]*?\\.default\\((.*?)\\),$`, 'm').exec(text) ?? [];
  expect(value).toBe(String(expected));
});

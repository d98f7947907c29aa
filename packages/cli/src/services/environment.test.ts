import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import type { Call, Service } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { beforeAll, describe, expect, test } from 'vitest';
import { generatedSecrets } from './environment.ts';
import { localEnvironment } from './topology.ts';

interface Declared {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly stringData: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly volumes?: readonly {
          readonly name: string;
          readonly secret?: { readonly secretName: string; readonly defaultMode: number };
          readonly projected?: {
            readonly sources: readonly { readonly secret: { readonly name: string } }[];
            readonly defaultMode: number;
          };
        }[];
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
          readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
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

const generating = { secret: async (name: string) => `generated for ${name}` };
let objects: Declared[];
const named = (kind: string, name: string) => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`the platform has no ${kind} ${name}`);
  return found;
};

beforeAll(async () => {
  const { environment, rendered } = await localEnvironment();
  const secrets = await generatedSecrets(generating, environment.mesh);
  objects = [...rendered.objects, ...secrets] as (KubernetesObject & Declared)[];
});

describe('a generated secret', () => {
  test('has a value of its own and is what a workload mounts, read-only and not for everyone', () => {
    const secrets = objects.filter(({ kind }) => kind === 'Secret');
    const values = secrets.flatMap(({ stringData }) => Object.values(stringData));
    expect(new Set(values).size).toBe(values.length);
    const pods = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet').map(({ spec }) => spec.template.spec);
    const mounted = pods.flatMap(({ volumes = [], containers }) =>
      volumes.flatMap(({ name, secret, projected }) => {
        const held = secret ?? projected;
        if (!held) return [];
        expect(held.defaultMode.toString(8)).toBe('440');
        const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts.filter((mount) => mount.name === name));
        expect(mounts).toEqual([expect.objectContaining({ readOnly: true })]);
        return secret ? [secret.secretName] : (projected?.sources ?? []).map((source) => source.secret.name);
      }),
    );
    expect([...new Set(mounted)].sort()).toEqual(secrets.map(({ metadata }) => metadata.name).sort());
  });

  test('is one password for each caller of what keeps data, and no key of a service that is not there', async () => {
    const calls = (...names: string[]) => new Map([['postgres', names.map((from) => ({ from, to: 'postgres' }) as Call)]]);
    const stateful = { name: 'postgres', stateful: true } as Service;
    const secrets = await generatedSecrets(generating, {
      services: new Map([['postgres', stateful]]),
      callersOf: calls('cart', 'my-shop'),
    });
    expect(secrets.map(({ metadata, ...secret }) => [metadata?.name, 'stringData' in secret && secret.stringData])).toEqual([
      ['postgres-cart', { password: 'generated for postgres-cart-password' }],
      ['postgres-my-shop', { password: 'generated for postgres-my-shop-password' }],
    ]);
    expect(await generatedSecrets(generating, { services: new Map([['postgres', stateful]]), callersOf: calls() })).toEqual([]);
  });

  test.each([
    ['PGPASSWORD_FILE', 'postgres-core'],
    ['CURSOR_KEY_FILE', 'core-cursor-key'],
  ])('is where core’s %s says', (variable, secretName) => {
    const { volumes = [], containers } = named('Deployment', 'core-v1').spec.template.spec;
    const volume = volumes.find(({ secret }) => secret?.secretName === secretName)?.name;
    const mount = containers[0]?.volumeMounts?.find(({ name }) => name === volume)?.mountPath;
    const [key] = Object.keys(named('Secret', secretName).stringData);
    expect(containers[0]?.env?.find(({ name }) => name === variable)?.value).toBe(`${mount}/${key}`);
  });
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

test('what may have been done is repeated only where doing it twice is the same', () => {
  const routes = named('VirtualService', 'core').spec.http;
  const eager = routes.filter(({ retries }) => /unavailable|reset|5xx|gateway-error/.test(retries.retryOn));
  const repeated = eager.flatMap(({ match }) => match?.map(({ uri }) => uri.exact) ?? ['every method']);
  const safe = methods.filter((method) => !/\/(Update|Delete)$/.test(method));
  expect(repeated.sort()).toEqual(safe.sort());
  expect(routes.at(-1)).toMatchObject({ retries: { retryOn: 'connect-failure,refused-stream' } });
});

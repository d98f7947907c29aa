import type { KubernetesObject } from '@mesh-platform/kubernetes';
import type { Call, Service } from '@mesh-platform/mesh';
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
  };
}

const generating = { secret: async (name: string) => `generated for ${name}` };
let objects: Declared[];
beforeAll(async () => {
  const { environment, rendered } = await localEnvironment();
  const secrets = await generatedSecrets(generating, environment.mesh);
  objects = [...rendered.objects, ...secrets] as (KubernetesObject & Declared)[];
});

describe('a generated secret', () => {
  test('has its own value, and a workload mounts it read-only and not world-readable', () => {
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

  test('is one password for each caller of a database, and no key of a missing service', async () => {
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
});

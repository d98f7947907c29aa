import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectationsOf, type MeshProxy } from './apply/expectation.ts';
import { KINDS, PRUNED_KINDS } from './apply/kinds.ts';
import type { ProxyConfig } from './apply/proxy-config.ts';
import { stagesOf } from './apply/stages.ts';
import { loadEnvironment } from './load/load-environment.ts';
import { Inventory } from './model/inventory.ts';
import { ownerOfName, versionName } from './names.ts';
import type { MeshObject } from './object.ts';

const example = async (name: string) =>
  (await loadEnvironment(join(import.meta.dirname, '../examples/shop', `${name}.ts`))).rendered.objects;
const staging = await example('staging');
const production = await example('production');
const objects = [...staging, ...production];
const kindOf = ({ apiVersion, kind }: { readonly apiVersion?: string; readonly kind?: string }) => `${apiVersion} ${kind}`;
const rendered = [...new Set(objects.map(kindOf))].sort();

/** Kinds that apply does not wait for, and why it need not. */
const NOT_AWAITED: Readonly<Record<string, string>> = {
  'apps/v1 Deployment': 'a stage of its own waits for the pods',
  'apps/v1 StatefulSet': 'a stage of its own waits for the pods',
  'autoscaling/v2 HorizontalPodAutoscaler': 'no proxy reads it',
  'networking.istio.io/v1 Gateway': 'its listeners show in the routes of its VirtualService',
  'networking.istio.io/v1 ServiceEntry': 'its host shows only in the proxies that call it',
  'networking.k8s.io/v1 NetworkPolicy': 'no proxy reads it',
  'policy/v1 PodDisruptionBudget': 'no proxy reads it',
  'telemetry.istio.io/v1 Telemetry': 'logs change no answer',
  'v1 Namespace': 'no proxy reads it',
  'v1 ServiceAccount': 'no proxy reads it',
};

/** Kinds that the model does not read, and why it need not. */
const NOT_READ: Readonly<Record<string, string>> = {
  'policy/v1 PodDisruptionBudget': 'it decides nothing about a request',
};

const nothing: ProxyConfig = { routes: [], clusters: new Map(), endpoints: new Map(), rbac: new Map(), takesPlainText: true, rejected: [] };

/** The messages about proxies that know nothing, and about proxies that know each host and nothing else. */
function missing(some: readonly MeshObject[]): readonly string[] {
  const { hosts, sidecars, gateways } = new Inventory(objects);
  const names = hosts.flatMap((host) => host.hosts.map((name) => `outbound|${host.ports[0]?.number}||${name}`));
  const configs = [nothing, { ...nothing, clusters: new Map(names.map((name) => [name, { name }])) }];
  const proxies: MeshProxy[] = [
    ...sidecars.map(({ namespace, selector }) => ({ pod: 'pod', namespace, labels: selector, gateways: ['mesh'] })),
    { pod: 'gateway', namespace: 'istio-ingress', labels: new Map(), gateways: [...gateways.keys()] },
  ];
  const expectations = expectationsOf(some);
  return configs.flatMap((config) => proxies.flatMap((proxy) => expectations.flatMap((expectation) => expectation(proxy, config) ?? [])));
}

/** The kinds of which the model reads more than the kind. */
function readKinds(): readonly string[] {
  const read = new Set<string>();
  const watched = objects.map(
    (object) =>
      new Proxy(object, {
        get: (target, key: keyof MeshObject) => {
          if (key !== 'apiVersion' && key !== 'kind') read.add(kindOf(object));
          return target[key];
        },
      }),
  );
  new Inventory(watched);
  return [...read].sort();
}

const without = (excluded: Readonly<Record<string, string>>) => rendered.filter((kind) => !(kind in excluded));

describe('every kind that render emits', () => {
  it('has its turn when apply creates objects', () => {
    expect(rendered.filter((kind) => !KINDS.some((known) => kindOf(known) === kind))).toEqual([]);
  });

  it.each([
    ['staging', staging],
    ['production', production],
  ])('is in one stage of %s', (_name, all) => {
    const planned = all.map((object) => ({ action: 'create' as const, object, changes: [], overriddenManagers: [], conflicts: [] }));
    const staged = stagesOf(planned, new Set()).flatMap((stage) => stage.objects);
    expect(staged).toHaveLength(all.length);
    expect(new Set(staged)).toEqual(new Set(all));
  });

  it('is pruned, except the namespace with what others have in it', () => {
    expect(rendered.filter((kind) => !PRUNED_KINDS.some((pruned) => kindOf(pruned) === kind))).toEqual(['v1 Namespace']);
  });

  it('is awaited in the proxies, or listed with a reason', () => {
    const all = missing(objects);
    const awaited = rendered.filter((kind) => missing(objects.filter((object) => kindOf(object) !== kind)).length < all.length);
    expect(awaited).toEqual(without(NOT_AWAITED));
  });

  it('is read by the model, or listed with a reason', () => {
    expect(readKinds()).toEqual(without(NOT_READ));
  });
});

/** Each object that is not made of one service has a name that no service can have, so that none can take its place. */
it.each(['staging', 'production'])('no service can take the name of another object of %s', async (name) => {
  const { environment, rendered } = await loadEnvironment(join(import.meta.dirname, '../examples/shop', `${name}.ts`));
  const { services, externals, namespace } = environment.mesh;
  const own = [
    ...externals.keys(),
    ...[...services.values()].flatMap((service) => [
      service.name,
      ...service.versions.map((version) => versionName(service.name, version)),
    ]),
  ];
  const others = rendered.objects
    .map(({ metadata }) => metadata?.name ?? '')
    .filter((object) => object !== namespace && !own.includes(object));
  expect(others).not.toEqual([]);
  expect(others.filter((object) => ownerOfName(object) === undefined)).toEqual([]);
});

import type { Environment } from '@mesh-platform/mesh';
import { expect, it } from 'vitest';
import { isTo } from './logs.ts';

const environment = { mesh: { namespace: 'platform' } } as Environment;

it.each<[string, unknown, boolean]>([
  ['is to the service', 'outbound|9090|v1|core.platform.svc.cluster.local', true],
  ['is to it, as later releases of Istio end the name', 'outbound|8080||core.platform.svc.cluster.local;', true],
  ['is to another service', 'outbound|8080|v1|web-core.platform.svc.cluster.local;', false],
  ['is to another namespace', 'outbound|8080|v1|core.shop.svc.cluster.local;', false],
  ['came in, in the form of earlier versions of Istio', 'inbound|9090|grpc|core.platform.svc.cluster.local', false],
  ['came in', 'inbound|8080||;', false],
  ['went nowhere', null, false],
])('a request that %s', (_what, cluster, expected) => {
  expect(isTo(environment, 'core', { cluster })).toBe(expected);
});

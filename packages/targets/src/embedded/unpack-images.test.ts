import { afterEach, expect, test, vi } from 'vitest';
import { unpackImages } from './unpack-images.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Starts to unpack for a node that is not ready yet; returns what has happened, in order. */
function unpacking() {
  const events: string[] = [];
  const { promise: ready, resolve: becomeReady, reject: failToStart } = Promise.withResolvers<void>();
  const { promise: services, resolve: servicesUnpacked } = Promise.withResolvers<ReadonlyMap<string, string>>();
  const unpacked = unpackImages(ready, {
    forIstio: async () => {
      events.push('unpacks for Istio');
      return new Map([['pilot', 'pilot@sha256:1']]);
    },
    services: () => {
      events.push('unpacks services');
      return services;
    },
  });
  unpacked.forIstio.then(
    () => events.push('Istio starts'),
    () => {},
  );
  return { events, unpacked, becomeReady, failToStart, servicesUnpacked: () => servicesUnpacked(new Map([['web-v1', 'web@sha256:2']])) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('unpacks while the API server and Istio start', async () => {
  const { events, unpacked, servicesUnpacked } = unpacking();
  await settled();
  expect(events).toContain('unpacks for Istio');
  expect(events).toContain('Istio starts');
  servicesUnpacked();
  expect([...(await unpacked.all).keys()]).toEqual(['pilot', 'web-v1']);
});

test('on a slow machine starts the API server, unpacks, and starts Istio, one after the other', async () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '3');
  const { events, unpacked, becomeReady, servicesUnpacked } = unpacking();
  await settled();
  expect(events).toEqual([]);
  becomeReady();
  await settled();
  expect(events).toEqual(['unpacks for Istio', 'unpacks services']);
  servicesUnpacked();
  expect([...(await unpacked.forIstio).keys()]).toEqual(['pilot']);
  expect(events).toEqual(['unpacks for Istio', 'unpacks services', 'Istio starts']);
});

test('unpacks nothing on a slow machine whose node does not start', async () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '3');
  const { events, unpacked, failToStart } = unpacking();
  failToStart(new Error('no API server'));
  await expect(unpacked.all).rejects.toThrow('no API server');
  expect(events).toEqual([]);
});

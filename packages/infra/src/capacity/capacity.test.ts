import { expect, it } from 'vitest';
import { capacityFor } from './capacity.ts';
import { figures } from './figures.ts';

it('a small rate needs what survives the loss of one, and no more', () => {
  const { pods, istiod, nodes } = capacityFor(10);
  expect(pods).toEqual({ gateway: 2, preview: 2, web: 2, core: 2 });
  expect(istiod.replicas).toBe(2);
  expect(nodes).toBe(3);
});

it('pods are what the processor time of a rate needs at the chosen utilisation', () => {
  const rate = 100_000;
  expect(capacityFor(rate).pods.core).toBe(Math.ceil((rate * figures.coreCpu.value) / 1000 / figures.utilisation.value));
  expect(capacityFor(rate).database.connections).toBe(capacityFor(rate).pods.core * figures.poolMax.value);
});

it('four proxies on the way of a request use four times what one uses', () => {
  expect(capacityFor(1000).proxyCpu).toBeCloseTo(4 * figures.sidecarCpu.value);
});

it('ten times the rate never needs less of anything', () => {
  const [small, large] = [capacityFor(1000), capacityFor(10_000)];
  expect(large.nodes).toBeGreaterThan(small.nodes);
  expect(large.proxies).toBeGreaterThan(small.proxies);
  expect(large.istiod.replicas * large.istiod.cpu).toBeGreaterThanOrEqual(small.istiod.replicas * small.istiod.cpu);
  expect(large.database.cpu).toBeCloseTo(10 * small.database.cpu);
});

import { expect, it } from 'vitest';
import { environmentVariables } from '../cost/variables.ts';
import { allocatable } from './node-types.ts';
import { nodesFor } from './packing.ts';
import { nodeFit } from './request-table.ts';
import { mebibytes, millicores } from './requests.ts';

const pod = (cpu: number, memory = 1) => ({ name: `pod of ${cpu}`, cpu, memory });

it('EKS leaves 1930m of two processors to pods', () => {
  expect(allocatable('m7g.large').cpu).toBe(1930);
  expect(() => allocatable('x9.mega')).toThrow('x9.mega is not known');
});

it('a pod goes where it fits first, and what runs on each node takes room on each', () => {
  const node = { cpu: 1000, memory: 1000, pods: 10 };
  expect(nodesFor({ eachNode: [], pods: [pod(500), pod(500)] }, node)).toBe(1);
  expect(nodesFor({ eachNode: [pod(100)], pods: [pod(500), pod(500)] }, node)).toBe(2);
  expect(nodesFor({ eachNode: [], pods: [pod(1, 600), pod(1, 600)] }, node)).toBe(2);
  expect(nodesFor({ eachNode: [], pods: [pod(1), pod(1), pod(1)] }, { ...node, pods: 2 })).toBe(2);
  expect(() => nodesFor({ eachNode: [], pods: [pod(1001)] }, node)).toThrow('pod of 1001 fits no node');
});

it('quantities are read in the units that manifests use', () => {
  expect([millicores('200m'), millicores('2'), millicores('0.5')]).toEqual([200, 2000, 500]);
  expect([mebibytes('128Mi'), mebibytes('1Gi'), mebibytes('1048576')]).toEqual([128, 1024, 1]);
  expect(() => mebibytes('1Ki')).toThrow('unknown unit');
});

it.each([['dev'], ['prod']])('the first nodes of %s have room for every rendered pod', async (environment) => {
  const { needed, minimum } = await nodeFit(environment);
  expect(needed).toBeGreaterThan(2); // two nodes never held it
  expect(minimum).toBeGreaterThanOrEqual(needed);
});

it('prod has room for every pod when a zone is lost', async () => {
  const { needed, minimum } = await nodeFit('prod');
  const zones = (await environmentVariables('prod')).network.zones.length;
  expect(minimum - Math.ceil(minimum / zones)).toBeGreaterThanOrEqual(needed);
});

import type { LoadedEnvironment, MeshObject } from '@mesh-platform/mesh';
import { expect, it } from 'vitest';
import { platformOf } from './platform.ts';

const deployment = (app: string, annotations?: Readonly<Record<string, string>>): MeshObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `${app}-v1`, labels: { app }, ...(annotations && { annotations }) },
});
const pathOf = (...objects: readonly MeshObject[]): string => {
  const environment = { mesh: { gateway: { to: 'shop' } } };
  return platformOf({ environment, rendered: { objects } } as unknown as LoadedEnvironment).path;
};

it('the gateway is asked for the path at /path, or at the path of its service’s annotation', () => {
  expect(pathOf(deployment('shop'), deployment('stock'))).toBe('/path');
  expect(pathOf(deployment('stock'), deployment('shop', { 'mesh.platform/path': '/api/path' }))).toBe('/api/path');
  expect(pathOf(deployment('stock', { 'mesh.platform/path': '/api/path' }), deployment('shop', { other: '/here' }))).toBe('/path');
});

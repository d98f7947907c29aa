import { expect, it } from 'vitest';
import { NAMESPACE } from '../src/services/topology.ts';
import { instanceName, platform } from './support/platform.ts';

it('leaves istioctl analyze nothing to find', async () => {
  const { status, stdout, stderr } = await platform([
    'tool',
    'istioctl',
    '--instance',
    instanceName(),
    '--',
    'analyze',
    '--namespace',
    NAMESPACE,
  ]);
  expect(`${stdout}${stderr}`).toContain('No validation issues found');
  expect(status).toBe(0);
}, 900_000);

import { silent } from '@mesh-platform/kubernetes';
import { expect, it, vi } from 'vitest';
import { runVmSuite } from './vm-suite.ts';

it('names root and the system that the suite vm needs, before it builds anything', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  await expect(runVmSuite(silent)).rejects.toMatchObject({ hint: 'run the suite vm as root on Linux on x86-64' });
});

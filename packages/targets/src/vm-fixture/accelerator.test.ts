import { expect, it } from 'vitest';
import { accelerator, acceleratorOptions } from './accelerator.ts';

it.each([
  { title: 'Intel', mayUseKvm: true, flags: ['fpu', 'vmx'], expected: 'kvm' },
  { title: 'AMD', mayUseKvm: true, flags: ['svm'], expected: 'kvm' },
  { title: 'a virtual machine that has /dev/kvm and no virtualization', mayUseKvm: true, flags: ['fpu', 'hypervisor'], expected: 'tcg' },
  { title: 'a user who may not open /dev/kvm', mayUseKvm: false, flags: ['vmx'], expected: 'tcg' },
])('runs the machine with $expected: $title', ({ mayUseKvm, flags, expected }) => {
  expect(accelerator(mayUseKvm, flags)).toBe(expected);
});

it('gives the machine the processor of the host only with KVM', () => {
  expect(acceleratorOptions.kvm.qemu).toContain('host');
  expect(acceleratorOptions.tcg.qemu).not.toContain('host');
});

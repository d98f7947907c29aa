/** How QEMU runs the machine's processors: by the kernel's KVM, or in software, 10 to 20 times slower. */
export type Accelerator = 'kvm' | 'tcg';

/**
 * KVM, where this user may use it and the processor virtualizes: `/dev/kvm` may be there without, in a virtual machine whose kernel can
 * run only guests that know of it. `flags` are those of `/proc/cpuinfo`.
 */
export const accelerator = (mayUseKvm: boolean, flags: readonly string[]): Accelerator =>
  mayUseKvm && (flags.includes('vmx') || flags.includes('svm')) ? 'kvm' : 'tcg';

/**
 * QEMU's options for it. Software emulation executes a string instruction byte by byte: without `erms` and `fsrm`, libraries copy by vectors, and
 * without `rep_good` the kernel by words. The mitigations protect no other guest here, and slow each indirect jump.
 */
export const acceleratorOptions: Readonly<Record<Accelerator, { readonly qemu: readonly string[]; readonly kernel: string }>> = {
  kvm: { qemu: ['-accel', 'kvm', '-cpu', 'host'], kernel: '' },
  tcg: {
    qemu: ['-accel', 'tcg,thread=multi,tb-size=2048', '-cpu', 'max,-erms,-fsrm'],
    kernel: 'mitigations=off clearcpuid=rep_good nowatchdog',
  },
};

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../process/run.ts';
import { kernelFacilities, type MissingFacility, missingModules } from './kernel-facilities.ts';

const modulesDep = 'kernel/net/netfilter/xt_owner.ko.xz: kernel/net/netfilter/x_tables.ko.xz\nkernel/drivers/net/veth.ko:\n';

test('names the module to load for what the kernel has and did not load', () => {
  const { detail, hint } = missingModules(
    [
      { facility: 'match:owner', why: 'No such file or directory' },
      { facility: 'veth', why: 'Operation not supported' },
    ],
    modulesDep,
  );
  expect(detail).toBe('missing: xt_owner (No such file or directory), veth (Operation not supported)');
  expect(hint).toBe('modprobe xt_owner && modprobe veth');
});

test('asks for another kernel where the module is not there', () => {
  const { hint } = missingModules([{ facility: 'nft_chain_nat', why: 'No such file or directory' }], modulesDep);
  expect(hint).toMatch(/^install a kernel that has nft_chain_nat /);
});

// Namespaces need root; where the tests run without it, they count as skipped.
const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('finds in this kernel what a running node uses', async () => {
  expect(await kernelFacilities()).toEqual({ what: 'kernel', state: 'ok', detail: expect.stringContaining('xtables') });
});

test.runIf(isRoot)('finds that an extension is missing', async () => {
  const probe = fileURLToPath(new URL('kernel-probe.py', import.meta.url));
  const asked = ['veth', 'match:comment', 'match:nosuch', 'target:NOSUCH'];
  const output = await run('unshare', ['--net', '--mount', 'python3', '-I', '-S', probe, ...asked], { timeout: 60_000 });
  const missing = JSON.parse(output) as readonly MissingFacility[];
  expect(missing.map(({ facility }) => facility)).toEqual(['match:nosuch', 'target:NOSUCH']);
});

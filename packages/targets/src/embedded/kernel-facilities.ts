import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { messageOf } from '@mesh-platform/kubernetes';
import { run } from '../process/run.ts';
import { type Finding, missing, ok } from '../target.ts';

const probe = fileURLToPath(new URL('kernel-probe.py', import.meta.url));
const PROBE_MS = 60_000;

/**
 * What a node needs of the kernel, as the probe names it, and the module that has it: the overlay of its file system, the links of
 * pods, the rules of kube-proxy (iptables mode), of Istio's redirection and of init.sh.
 */
const MODULES: Readonly<Record<string, string>> = {
  overlay: 'overlay',
  veth: 'veth',
  nf_tables: 'nf_tables',
  nft_chain_nat: 'nft_chain_nat',
  nft_compat: 'nft_compat',
  'match:addrtype': 'xt_addrtype',
  'match:comment': 'xt_comment',
  'match:conntrack': 'xt_conntrack',
  'match:mark': 'xt_mark',
  'match:owner': 'xt_owner',
  'match:statistic': 'xt_statistic',
  'match:tcp': 'xt_tcpudp',
  'target:DNAT': 'xt_nat',
  'target:MARK': 'xt_mark',
  'target:MASQUERADE': 'xt_MASQUERADE',
  'target:REDIRECT': 'xt_REDIRECT',
  'target:REJECT': 'ipt_REJECT',
};

/** What the probe found missing. */
export interface MissingFacility {
  /** `veth`, `match:owner` */
  readonly facility: string;
  /** The kernel's own message. */
  readonly why: string;
}

/** Whether the kernel has what a node needs. The probe uses each of it, so that the kernel loads the modules that it can. */
export async function kernelFacilities(): Promise<Finding> {
  const what = 'kernel';
  try {
    const asked = Object.keys(MODULES).filter((facility) => facility !== 'nft_compat');
    const output = await run('unshare', ['--net', '--mount', 'python3', '-I', '-S', probe, ...asked], { timeout: PROBE_MS });
    const absent = JSON.parse(output) as readonly MissingFacility[];
    if (absent.length === 0) return ok(what, 'overlay, veth, nf_tables and its xtables extensions');
    const loadable = await readFile(`/lib/modules/${release()}/modules.dep`, 'utf8').catch(() => '');
    return { what, state: 'missing', ...missingModules(absent, loadable) };
  } catch (error) {
    const detail = `its facilities cannot be probed: ${messageOf(error).replaceAll('\n', ' ')}`;
    return missing(what, detail, 'run as root, where namespaces can be made and Python is installed');
  }
}

/** What is missing and the fix, by the text of the kernel's `modules.dep`; empty where the machine has no modules. */
export function missingModules(
  missing: readonly MissingFacility[],
  modulesDep: string,
): { readonly detail: string; readonly hint: string } {
  const modules = [...new Set(missing.map(({ facility }) => MODULES[facility] ?? facility))];
  const isLoadable = (module: string) => new RegExp(`/${module}\\.ko(\\.\\w+)?:`, 'm').test(modulesDep);
  const loadable = modules.filter(isLoadable);
  const absent = modules.filter((module) => !isLoadable(module));
  const fixes = [
    ...(loadable.length > 0 ? [loadable.map((module) => `modprobe ${module}`).join(' && ')] : []),
    ...(absent.length > 0
      ? [`install a kernel that has ${absent.join(', ')} (Ubuntu: linux-modules-extra-$(uname -r)), then modprobe ${absent.join(' ')}`]
      : []),
  ];
  return {
    detail: `missing: ${missing.map(({ facility, why }) => `${MODULES[facility] ?? facility} (${why})`).join(', ')}`,
    hint: fixes.join('; '),
  };
}

import { runInNodeRoot } from '../build/in-node-root.ts';
import type { Instance } from '../instance.ts';
import { layout } from './layout.ts';

/** Distinguishes the routes of one instance from those of another, and from all others. */
const FIRST_METRIC = 20_000;

/**
 * The addresses of pods and services exist only within the node. On the host, packets for them end here instead of
 * leaving by its default route. A network of the host's own that covers a range keeps it.
 */
export async function addHostRoutes(instance: Instance, root: string): Promise<void> {
  const script = ranges.map(
    (range) => `ip route show match ${range} | grep -qv -e '^default' -e '^unreachable' || ip route replace ${routeOf(range, instance)}`,
  );
  await onHost(root, script);
}

/** Removes only the routes of this instance, where there are any. */
export async function removeHostRoutes(instance: Instance, root: string): Promise<void> {
  await onHost(
    root,
    ranges.map((range) => `ip route del ${routeOf(range, instance)} 2>/dev/null || true`),
  );
}

const ranges = [layout.podRange, layout.serviceRange] as const;
const routeOf = (range: string, { slot }: Instance): string => `unreachable ${range} metric ${FIRST_METRIC + slot}`;

async function onHost(root: string, lines: readonly string[]): Promise<void> {
  await runInNodeRoot(root, [], ['sh', '-c', lines.join('\n')], { timeout: 30_000 });
}

import { randomUUID } from 'node:crypto';
import type { LiveObject } from '@mesh-platform/kubernetes';
import { claim, type Stage } from '../claim.ts';
import { runProbe } from '../probe/probe.ts';
import { type LogLine, linesWhen, serviceLines } from '../wire/logs.ts';

const PERMISSION_DENIED = 'grpc-status 7';
const DENIED = 'rbac_access_denied';

/** Who may not call is refused by its own proxy, and where that lets it through, by the callee's. */
export const wrongCaller = claim({
  name: 'wrong-caller',
  title: 'a wrong caller is refused at both gates',
  does: 'a pod with the identity of preview calls postgres and web’s callee core, which preview must not; its proxy knows core alone',
  needs: ['injection'],
  arrange: async (stage) => ({ path: `/path.v1.Path/Get?probe=${randomUUID()}`, policies: await policiesOn(stage, 'core') }),
  act: async ({ cluster, environment, signal }, { path, policies }) => {
    const { namespace } = environment.mesh;
    const options = { namespace, serviceAccount: 'preview', egress: [`./core.${namespace}.svc.cluster.local`], signal };
    const { words } = await runProbe(cluster, options, [
      { kind: 'postgres', host: 'postgres', port: 5432 },
      { kind: 'grpc', host: 'core', port: 9090, path },
    ]);
    const isOurs = (line: LogLine) => line.path === path;
    const read = () => serviceLines(cluster, { namespace, service: 'core', container: 'istio-proxy' });
    const lines = await linesWhen(read, (all) => all.some(isOurs), signal);
    return { own: words[0] ?? '', callee: words[1] ?? '', line: lines.find(isOurs), policies };
  },
  evidence: ({ own, callee, line, policies }) => ({
    holds: /^closed/.test(own) && callee === PERMISSION_DENIED && String(line?.details).startsWith(DENIED),
    lines: [
      `the first gate, its own proxy: postgres ${own}`,
      `the second gate, core’s proxy: ${callee}`,
      line ? `core’s proxy logged: ${line.details}, caller ${line.caller}` : 'core’s proxy logged nothing of it',
      `it had evaluated: ${policies.join(', ')}`,
    ],
  }),
});

interface Policy extends LiveObject {
  readonly spec?: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
}

async function policiesOn({ cluster, environment }: Stage, service: string): Promise<readonly string[]> {
  const all = await cluster.list<Policy>('security.istio.io/v1', 'AuthorizationPolicy', environment.mesh.namespace);
  const selects = ({ spec }: Policy) => !spec?.selector || spec.selector.matchLabels?.app === service;
  return all.filter(selects).map(({ metadata }) => `AuthorizationPolicy ${metadata?.namespace}/${metadata?.name}`);
}

import { claim } from '../claim.ts';
import { runProbe } from '../probe/probe.ts';
import { identityOf } from '../wire/pods.ts';

/** A pod that we write with one container gets a proxy, and its callee sees who it is. */
export const injection = claim({
  name: 'injection',
  title: 'the control plane gives a pod its proxy and its identity',
  does: 'a pod with one container and the service account preview starts, and calls web in plain HTTP',
  arrange: async ({ environment }) => ({ namespace: environment.mesh.namespace, serviceAccount: 'preview', host: 'web' }),
  act: ({ cluster, signal }, { namespace, serviceAccount, host }) =>
    runProbe(cluster, { namespace, serviceAccount, egress: [`./${host}.${namespace}.svc.cluster.local`], signal }, [
      { kind: 'http', host, port: 8080, path: '/path', body: true },
    ]),
  evidence: ({ written, had, words }, { environment }) => {
    const added = had.filter((name) => !written.includes(name));
    const answer = words[0] ?? '';
    const identity = identityOf(environment, 'preview');
    return {
      holds: added.includes('istio-proxy') && answer.startsWith('200 ') && answer.includes(`"caller":"${identity}"`),
      lines: [
        `we wrote the container ${written.join(', ')}; the pod has ${had.join(', ')}`,
        `web answered ${answer.slice(0, 3)}, and was told of the caller: ${/"caller":("[^"]*"|null)/.exec(answer)?.[1] ?? 'nothing'}`,
      ],
    };
  },
});

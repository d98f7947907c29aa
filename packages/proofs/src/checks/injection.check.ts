import { PROXY } from '@mesh-platform/kubernetes';
import { check } from '../check.ts';
import { askingPair } from '../participants/participants.ts';
import { pathAttempt } from '../probe/attempt.ts';
import { runProbe } from '../probe/probe.ts';
import { hostOf, identityOf } from '../wire/pods.ts';

/** A pod that we write with one container gets a proxy, and its callee sees its identity. */
export const injection = check({
  name: 'injection',
  title: 'the control plane gives a pod its proxy and its identity',
  participants: ({ environment }) => askingPair(environment.mesh),
  does: ({ caller, callee }) =>
    `a pod with one container and the service account ${caller.name} starts, and calls ${callee.name} in plain ${callee.protocol === 'grpc' ? 'gRPC' : 'HTTP'}`,
  arrange: async ({ environment }, { caller, callee }) => ({
    namespace: environment.mesh.namespace,
    serviceAccount: caller.name,
    egress: [`./${hostOf(environment, callee.name)}`],
  }),
  act: ({ cluster, signal }, options, { callee }) => runProbe(cluster, { ...options, signal }, [{ ...pathAttempt(callee), body: true }]),
  evidence: ({ written, had, results }, { caller, callee }, { environment }) => {
    const added = had.filter((name) => !written.includes(name));
    const answer = results[0] ?? '';
    // The callee's hop is the first one, in JSON or in a message of gRPC.
    const reported = /spiffe:[\w:/.-]+/.exec(answer)?.[0];
    return {
      passes: added.includes(PROXY) && /^(200|grpc-status 0) /.test(answer) && reported === identityOf(environment, caller.name),
      lines: [
        `we wrote the container ${written.join(', ')}; the pod has ${had.join(', ')}`,
        `${callee.name} answered ${/^(grpc-status )?\S+/.exec(answer)?.[0]}, and reported the caller: ${reported ?? 'nothing'}`,
      ],
    };
  },
});

import { randomUUID } from 'node:crypto';
import type { LiveObject } from '@mesh-platform/kubernetes';
import type { Protocol } from '@mesh-platform/mesh';
import { check, type Stage } from '../check.ts';
import { wrongPair } from '../participants/participants.ts';
import { isAsked } from '../participants/path-question.ts';
import { pathAttempt } from '../probe/attempt.ts';
import { runProbe } from '../probe/probe.ts';
import { type LogLine, linesWhen, proxyLines } from '../wire/logs.ts';
import { hostOf } from '../wire/pods.ts';

/** The answer of a callee's proxy to a caller that no policy admits. */
const DENIED = { http: '403', grpc: 'grpc-status 7' } as const;
const DETAILS = 'rbac_access_denied';
/** The answer of the caller's proxy for an unknown host: 502, or UNAVAILABLE; for an unknown port it closes the connection. */
const UNKNOWN: Readonly<Record<Protocol, RegExp>> = { http: /^(502$|closed)/, grpc: /^(grpc-status 14$|closed)/, tcp: /^closed/ };

/** The caller's own proxy refuses an undeclared call; where that proxy knows the callee, the callee's proxy refuses it. */
export const wrongCaller = check({
  name: 'wrong-caller',
  title: 'a wrong caller is refused by its own sidecar and by the callee’s policy',
  needs: ['injection'],
  participants: ({ environment }) => wrongPair(environment.mesh),
  does: ({ caller, callee, undeclaredCallee }) =>
    `a pod with the identity of ${caller.name} calls ${undeclaredCallee.name} and ${callee.name}, which ${caller.name} must not; its proxy knows only ${callee.name}`,
  arrange: async (stage, { callee }) => ({ query: `?probe=${randomUUID()}`, policies: await policiesOn(stage, callee.name) }),
  act: async ({ cluster, environment, signal }, { query, policies }, { caller, callee, undeclaredCallee }) => {
    const options = {
      namespace: environment.mesh.namespace,
      serviceAccount: caller.name,
      egress: [`./${hostOf(environment, callee.name)}`],
      signal,
    };
    const { results } = await runProbe(cluster, options, [
      isAsked(undeclaredCallee)
        ? pathAttempt(undeclaredCallee)
        : { kind: 'postgres', host: undeclaredCallee.name, port: undeclaredCallee.port },
      pathAttempt(callee, query),
    ]);
    const isOurs = (line: LogLine) => String(line.path).endsWith(query);
    const lines = await linesWhen(
      () => proxyLines(cluster, environment, callee.name),
      (all) => all.some(isOurs),
      signal,
    );
    return { own: results[0] ?? '', other: results[1] ?? '', line: lines.find(isOurs), policies };
  },
  evidence: ({ own, other, line, policies }, { callee, undeclaredCallee }) => ({
    passes: UNKNOWN[undeclaredCallee.protocol].test(own) && other === DENIED[callee.protocol] && String(line?.details).startsWith(DETAILS),
    lines: [
      `the caller’s sidecar: ${undeclaredCallee.name} ${own}`,
      `${callee.name}’s AuthorizationPolicy: ${other}`,
      line ? `${callee.name}’s proxy logged: ${line.details}, caller ${line.caller}` : `${callee.name}’s proxy logged nothing of it`,
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

import { styleText } from 'node:util';
import type { Verdict } from '../model/authorization.ts';
import type { PortProtocol } from '../model/protocol.ts';

/** The request to explain. */
export interface ExplainRequest {
  /** A service, with its namespace where the name is not unique: `web`, `shop/web`; or `gateway`. */
  readonly from: string;
  /** A service, or the full name of a host. */
  readonly to: string;
  /** Of the Service; its first where there is none. */
  readonly port?: number;
  /** An HTTP method, or a gRPC method such as `documents.v1.Documents/Get`. */
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The name that a browser asked the gateway for. */
  readonly host?: string;
  /** Of the mesh's identities; Istio's own, `cluster.local`, where there is none. */
  readonly trustDomain?: string;
}

/**
 * The policy check or step that denies a request: the caller's proxy does not know the callee; the route or the pods are missing;
 * the handshake between the proxies fails; or the callee's authorization policies deny it.
 */
export type DenialReason = 'own-proxy' | 'route' | 'no-pods' | 'mutual-tls' | 'authorization';

/** A version that requests go to. */
export interface Target {
  readonly host: string;
  /** Empty for pods without a version, and for external hosts. */
  readonly version: string;
  /** Of the requests of this route, from 0 to 100. */
  readonly percent: number;
  readonly admitted: Verdict;
  readonly reason?: DenialReason;
  /** The response to the caller where the request is denied. */
  readonly answer?: string;
  /** `AuthorizationPolicy platform/core spec.rules[0]`, or several that leave the caller out. */
  readonly by?: string;
}

/** The result of a request, as the proxies would decide it. */
export interface Explanation {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: PortProtocol;
  readonly request: string;
  /** The path that routes and policies compare, where the proxies normalize the given one. */
  readonly normalizedPath?: string;
  /** `maybe`: the versions differ, or the verdict depends on something that the objects do not state. */
  readonly allowed: Verdict;
  readonly reason?: DenialReason;
  readonly answer?: string;
  /** Which object decided, and why, in one message. */
  readonly why: string;
  readonly route?: { readonly object: string; readonly name: string };
  readonly targets: readonly Target[];
  /** Absent where there is none. */
  readonly timeout?: string;
  readonly retries?: { readonly attempts: number; readonly perTryTimeout?: string; readonly on: readonly string[] };
}

/** A few lines for people. */
export function describeExplanation({
  from,
  to,
  port,
  request,
  normalizedPath,
  allowed,
  answer,
  why,
  route,
  targets,
  timeout,
  retries,
}: Explanation): string {
  const verdict = {
    yes: `${styleText('green', '✓')} allowed`,
    no: `${styleText('red', '✗')} refused; ${from} sees ${answer}`,
    maybe: '? it depends',
  }[allowed];
  const limits =
    allowed === 'no'
      ? []
      : [
          `timeout  ${timeout ?? 'none'}`,
          `retries  ${retries ? `${retries.attempts}${retries.perTryTimeout ? `, each try at most ${retries.perTryTimeout},` : ''} on ${retries.on.join(', ')}` : 'none'}`,
        ];
  const lines = [
    `${from} → ${to}:${port}  ${request}`,
    ...(normalizedPath === undefined ? [] : [`path     ${normalizedPath}, as the proxies normalize it`]),
    `${verdict}: ${why}`,
    ...(route ? [`route    ${route.object}, ${route.name}`] : []),
    ...targets.map((target) => `to       ${describeTarget(target, allowed)}`),
    ...(request === 'a connection' ? [] : limits),
  ];
  return `${lines.join('\n  ')}\n`;
}

function describeTarget({ host, version, percent, admitted, by }: Target, allowed: Explanation['allowed']): string {
  const own = allowed === 'maybe' && by ? `, ${admitted === 'no' ? 'refused' : 'admitted'} by ${by}` : '';
  return `${[host, version].filter(Boolean).join(' ')}  ${percent} %${own}`;
}

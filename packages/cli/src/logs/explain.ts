import { NAMESPACE } from '../services/topology.ts';
import type { AccessEntry } from './access-entry.ts';

/** Why a request failed or was retried, as a message. */
export interface Explanation {
  /** Envoy's flag where there is one: what to look for in its documentation. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

interface Rule {
  readonly code: string;
  readonly when: (entry: AccessEntry) => boolean;
  readonly message: (entry: AccessEntry) => string;
  readonly hint: (entry: AccessEntry) => string;
}

/** What failed on the way, by the proxy that saw it; undefined where nothing did. */
export function explain(entry: AccessEntry): Explanation | undefined {
  const rule = rules.find(({ when }) => when(entry));
  return rule && { code: rule.code, message: rule.message(entry), hint: rule.hint(entry) };
}

/** gRPC statuses of a failed call, not of a negative answer. https://grpc.io/docs/guides/status-codes/ */
const GRPC_FAILURES = new Set([
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
  'UNKNOWN',
  'RESOURCE_EXHAUSTED',
  'UNIMPLEMENTED',
  'DATA_LOSS',
]);

const MAY_HAVE_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

const flag = (name: string) => (entry: AccessEntry) => entry.flags.includes(name);
const detailsMatch = (pattern: RegExp) => (entry: AccessEntry) => pattern.test(entry.details) || pattern.test(entry.termination);
const inbound = ({ direction }: AccessEntry) => direction === 'inbound';
/** `preview v1`, or the address where no name is known. */
const calleeOf = ({ callee, authority, destination }: AccessEntry): string =>
  callee ? [callee.service, callee.subset].filter(Boolean).join(' ') : authority || destination || 'the callee';
const what = ({ method, path }: AccessEntry): string => (method ? `${method} ${path}` : 'the connection');
/** `spiffe://cluster.local/ns/platform/sa/web` → `web of platform` */
const identity = (uri: string | undefined): string => {
  const [, namespace, account] = SPIFFE.exec(uri ?? '') ?? [];
  return account ? `${account} of ${namespace}` : 'a caller without a mesh identity';
};
const SPIFFE = /\/ns\/([^/]+)\/sa\/([^/]+)$/;
/** `web`: the service of that name has it. */
const accountOf = (uri: string | undefined): string | undefined => SPIFFE.exec(uri ?? '')?.[2];
const service = (entry: AccessEntry): string => (inbound(entry) ? entry.service : calleeOf(entry));

/** The sender of the answer: the called program, or the proxy itself. */
const answerer = (entry: AccessEntry): string => (detailsMatch(/^via_upstream/)(entry) ? service(entry) : entry.service);

const look = (name: string): string => `./platform logs ${name} shows what it wrote; ./platform status shows its pods`;
const TIMEOUT_HINT = (entry: AccessEntry): string =>
  `find out what ${service(entry)} waits for (${look(service(entry).split(' ')[0] ?? '')}), or raise the timeout of the route to it`;

/** The first match counts: refusals by policy, then Envoy's flags, the most specific first, then answers of the programs. */
const rules: readonly Rule[] = [
  {
    code: 'DENIED',
    when: detailsMatch(/^rbac_access_denied/),
    message: (entry) => `${entry.service} refused ${what(entry)}: no AuthorizationPolicy of it allows ${identity(entry.caller)} to do that`,
    hint: (entry) =>
      `if the call is meant, declare it under calls of ${accountOf(entry.caller) ?? 'the caller'}, ${entry.service}, in platform.mesh.ts, then ./platform up; if not, find out who sends it`,
  },
  {
    code: 'UNKNOWN CALLEE',
    when: (entry) => entry.route === 'block_all' || (flag('UH')(entry) && !inbound(entry) && !entry.callee),
    message: (entry) => `${entry.service}'s own proxy knows no ${entry.authority || entry.destination}: its Sidecar does not list it`,
    hint: (entry) =>
      `if the call is meant, ./platform connect ${entry.service} CALLEE, then ./platform up; if not, fix the name that it calls`,
  },
  {
    code: 'PLAINTEXT',
    when: (entry) => detailsMatch(/^filter_chain_not_found/)(entry) && inbound(entry),
    message: (entry) => `${entry.service} closed a connection that was not mutual TLS of the mesh`,
    hint: () => 'give the caller a sidecar (a pod in a namespace with istio-injection), or let it go through the gateway',
  },
  {
    code: 'UF',
    when: (entry) => flag('UF')(entry) && /CERTIFICATE_VERIFY_FAILED|SAN/i.test(entry.failure),
    message: (entry) =>
      `${entry.service} ended the connection: the certificate of ${calleeOf(entry)} has an identity that does not match its name`,
    hint: (entry) => `compare the service account of ${calleeOf(entry)} with the subjectAltNames of its DestinationRule`,
  },
  {
    code: 'UF',
    when: (entry) => flag('UF')(entry) && inbound(entry),
    message: (entry) => `the proxy of ${entry.service} could not reach the application container${because(entry)}`,
    hint: (entry) => `see whether it listens, and at which port: ${look(entry.service)}`,
  },
  {
    code: 'UF',
    when: flag('UF'),
    message: (entry) => `${entry.service} could not connect to ${calleeOf(entry)}${because(entry)}`,
    hint: (entry) => `see whether its pods run and their port is the one that its Service names: ${look(calleeName(entry))}`,
  },
  {
    code: 'UH',
    when: flag('UH'),
    message: (entry) => `no pod of ${calleeOf(entry)} could take the call: none is ready, or all were put out for their errors`,
    hint: (entry) => `see which pods are ready and why the others are not: ./platform status; ./platform logs ${calleeName(entry)}`,
  },
  {
    code: 'UO',
    when: flag('UO'),
    message: (entry) => `${entry.service} held the call back: the connection pool to ${calleeOf(entry)} is full`,
    hint: () => 'add replicas, or raise the limits of connectionPool in its DestinationRule',
  },
  {
    code: 'NC',
    when: flag('NC'),
    message: (entry) => `the route leads to a subset or host that ${entry.service}'s proxy does not have`,
    hint: () => 'compare the subset in the VirtualService with those of the DestinationRule, and the host with the Sidecar of the caller',
  },
  {
    code: 'NR',
    when: flag('NR'),
    message: (entry) => `${entry.service} has no route for ${what(entry)} at ${entry.authority || entry.destination}`,
    hint: () => 'add a route for that host and path to a VirtualService, or fix the address that was called',
  },
  {
    code: 'UT',
    when: (entry) =>
      flag('UT')(entry) ||
      detailsMatch(/^(upstream_)?(response_timeout|per_try_timeout|max_duration_timeout)/)(entry) ||
      (!inbound(entry) && entry.grpcStatus === 'DEADLINE_EXCEEDED'),
    message: (entry) => `${service(entry)} did not answer within the ${entry.durationMs} ms that the call was given`,
    hint: TIMEOUT_HINT,
  },
  {
    code: 'DT',
    when: (entry) => flag('DT')(entry) || flag('UMSDR')(entry),
    message: (entry) => `the call to ${service(entry)} took longer than its route allows and was ended after ${entry.durationMs} ms`,
    hint: TIMEOUT_HINT,
  },
  {
    code: 'URX',
    when: flag('URX'),
    message: (entry) =>
      `${entry.service} asked ${calleeOf(entry)} ${times(entry.attempts)}, and each attempt failed: its retries are used up`,
    hint: (entry) => `see why each attempt failed: ${look(calleeName(entry))}`,
  },
  {
    code: 'UC',
    when: (entry) => flag('UC')(entry) || flag('UR')(entry),
    message: (entry) =>
      `${inbound(entry) ? `the program of ${entry.service}` : calleeOf(entry)} closed the connection before it had answered`,
    hint: (entry) =>
      `see whether it crashed or was replaced (${look(service(entry).split(' ')[0] ?? '')}); if neither, ${MAY_HAVE_BODY.has(entry.method) ? 'the body may be so far above the limit of the service that it stopped reading, or ' : ''}its keep-alive time-out is shorter than its caller's`,
  },
  {
    code: 'DC',
    when: (entry) => flag('DC')(entry) || flag('DR')(entry),
    message: (entry) => `the caller of ${entry.service} left after ${entry.durationMs} ms, before the answer was complete`,
    hint: () => 'if the caller timed out, its timeout is shorter than the answer takes; if it ended, nothing is wrong here',
  },
  {
    code: 'PROTOCOL',
    when: (entry) => flag('DPE')(entry) || flag('UPE')(entry),
    message: (entry) => `${flag('DPE')(entry) ? `the caller of ${entry.service}` : service(entry)} sent what is no valid HTTP`,
    hint: () => 'check that the name of the port sets the protocol of its traffic (http, grpc, tcp-…)',
  },
  {
    code: 'LR',
    when: (entry) => ['LR', 'LH', 'OM', 'SI', 'DF', 'DO', 'RL'].some((name) => flag(name)(entry)),
    message: (entry) =>
      `the proxy of ${entry.service} ended ${what(entry)} itself (${entry.flags.join()}${entry.details ? `, ${entry.details}` : ''})`,
    hint: (entry) => `see the proxy's own lines: ./platform tool kubectl -- -n ${NAMESPACE} logs ${entry.pod} -c istio-proxy`,
  },
  {
    code: 'FAULT',
    when: (entry) => flag('FI')(entry) || flag('DI')(entry),
    message: (entry) => `a VirtualService of ${service(entry)} injects faults on purpose`,
    hint: () => 'remove `fault` from that route if the test is over',
  },
  {
    code: 'ANSWERED',
    when: (entry) => inbound(entry) && entry.grpcStatus !== undefined && GRPC_FAILURES.has(entry.grpcStatus),
    message: (entry) => `the program of ${entry.service} answered ${entry.grpcStatus}`,
    hint: (entry) => `see why in its own lines: ${look(entry.service)}`,
  },
  {
    code: 'ANSWERED',
    when: (entry) => inbound(entry) && entry.status >= 500,
    message: (entry) => `the program of ${entry.service} answered ${entry.status}`,
    hint: (entry) => `see why in its own lines: ${look(entry.service)}`,
  },
  {
    code: 'TOO LARGE',
    when: ({ status }) => status === 413,
    message: (entry) => `${answerer(entry)} refused ${what(entry)}: its body is larger than ${answerer(entry)} takes`,
    hint: (entry) => `send a smaller body, or raise the limit of ${answerer(entry)} (of a service: bodyLimit of createHttpApp)`,
  },
  {
    code: 'TOO SLOW',
    when: ({ status }) => status === 408,
    message: (entry) => `${answerer(entry)} ended ${what(entry)}: it had not arrived after ${entry.durationMs} ms`,
    hint: () => 'see whether the client, or the network on its side, is slow; the limits of a service are those of service-kit (limits.ts)',
  },
];

const calleeName = ({ callee }: AccessEntry): string => callee?.service ?? '';
const because = ({ failure }: AccessEntry): string => (failure ? `: ${failure.replaceAll('_', ' ').toLowerCase()}` : '');
const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

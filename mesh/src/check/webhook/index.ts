import type { IstioPolicy } from '../../kinds.ts';
import type { MeshObject } from '../../object.ts';
import { entryOf } from '../../topology/spec.ts';
import type { Check } from '../check.ts';
import { isOfIstioGroup, objectViolations } from '../schema/object.ts';
import { checksOf, field, oncePerObject, type Violation } from '../schema/violation.ts';
import { destinationRuleViolations } from './destination-rule.ts';
import { envoyFilterViolations } from './envoy-filter.ts';
import { gatewayViolations } from './gateway.ts';
import { requestAuthenticationViolations } from './request-authentication.ts';
import { broken, type Violations, type WebhookCode, webhookRules } from './rules.ts';
import { authorizationPolicyViolations } from './security-policies.ts';
import { targets, workloadSelector } from './selectors.ts';
import { serviceEntryViolations } from './service-entry.ts';
import { sidecarViolations } from './sidecar.ts';
import { telemetryViolations } from './telemetry.ts';
import { virtualServiceViolations } from './virtual-service.ts';
import { workloadEntryViolations, workloadGroupViolations } from './workload-entry.ts';

type Kind = IstioPolicy['kind'];
type OfKind<K extends Kind> = Extract<IstioPolicy, { readonly kind: K }>;

const rulesOf: { readonly [K in Kind]: (object: OfKind<K>) => Violations } = {
  AuthorizationPolicy: authorizationPolicyViolations,
  DestinationRule: destinationRuleViolations,
  EnvoyFilter: envoyFilterViolations,
  Gateway: gatewayViolations,
  PeerAuthentication: ({ spec }) => workloadSelector(spec.selector, 'spec.selector'), // the rest is in the CRD's own rules
  ProxyConfig: ({ spec }) => workloadSelector(spec.selector, 'spec.selector'),
  RequestAuthentication: requestAuthenticationViolations,
  ServiceEntry: serviceEntryViolations,
  Sidecar: sidecarViolations,
  Telemetry: telemetryViolations,
  TrafficExtension: selection,
  VirtualService: virtualServiceViolations,
  WasmPlugin: selection,
  WorkloadEntry: workloadEntryViolations,
  WorkloadGroup: workloadGroupViolations,
};

/** The rest of these kinds is in their CRDs' own rules. */
function* selection({ spec }: OfKind<'WasmPlugin' | 'TrafficExtension'>): Violations {
  yield* workloadSelector(spec.selector, 'spec.selector');
  yield* targets(spec);
}

const webhookViolations = oncePerObject((object): readonly Violation<WebhookCode>[] => {
  // An object that has the form of its kind may be read as one.
  const rules = isOfIstioGroup(object) ? entryOf<(object: never) => Violations>(rulesOf, object.kind ?? '') : undefined;
  if (!rules || objectViolations(object).length > 0) return []; // the webhook sees what the schema has let through
  const read = withoutNulls(object);
  return [...annotations(read), ...rules(read as never)];
});

/** An object as istiod reads it: null fields are absent, a missing namespace is `default`, a missing spec is empty. */
function withoutNulls(object: MeshObject): MeshObject {
  const spec = hasNull(object.spec) ? JSON.parse(JSON.stringify(object.spec ?? {}, (_, value) => value ?? undefined)) : object.spec;
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata?.namespace ?? 'default' }, spec };
}

/** Nearly every object has none, and is not copied. */
const hasNull = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.values(value).some(hasNull));

/** The checks of istiod's webhook on a single object that matches its schema: errors and warnings. */
export const webhookChecks: readonly Check[] = checksOf(webhookRules, webhookViolations);

const DRY_RUN = 'istio.io/dry-run';
/** Annotations that only Istio sets. */
const INTERNAL = ['internal.istio.io/webhook-always-reject', 'internal.istio.io/parent-namespace', 'internal.istio.io/parents'];
/** The values that Go parses as a boolean. */
const BOOLEAN = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

function* annotations({ kind, metadata, spec }: MeshObject): Violations {
  const path = 'metadata.annotations';
  const given: Readonly<Record<string, string>> = metadata?.annotations ?? {};
  for (const name of INTERNAL) if (name in given) yield broken('MESH101', field(path, name), 'only Istio may set it', 'remove it');
  const dryRun = given[DRY_RUN];
  if (dryRun === undefined) return;
  const action = (spec as { action?: string } | undefined)?.action ?? 'ALLOW';
  if (kind !== 'AuthorizationPolicy' || !['ALLOW', 'DENY'].includes(action))
    yield broken('MESH101', field(path, DRY_RUN), 'only an AuthorizationPolicy that allows or denies can be tried', 'remove it');
  else if (!BOOLEAN.test(dryRun))
    yield broken('MESH101', field(path, DRY_RUN), `'${dryRun}' is neither true nor false`, "write 'true' or 'false'");
}

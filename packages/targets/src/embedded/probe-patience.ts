import type { LiveObject } from '@mesh-platform/kubernetes';

const NAME = 'mesh-platform-probe-patience';
/** Seconds, and failures, that a pod's probe gets at least on a machine with the factor 1: what Istio's own sidecar has. */
const LEAST = 3;
/** What a service's startup probe has: a minute, a failure a second. */
const LEAST_START = 60;
/** Seconds between two probes at least, for each whole of the factor: the probes of a busy machine take their time from what they probe. */
const LEAST_PERIOD = 0.25;
const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
const LISTS = ['initContainers', 'containers'] as const;

/**
 * What makes the API server give every pod's probes more time, where this machine's factor is above 1: nothing otherwise.
 * The declared objects stay as they are, so that no plan shows a difference; each value is a least one, so that it can be
 * applied again after Istio's injection. https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
 */
export function probePatience(factor: number): readonly LiveObject[] {
  if (factor <= 1) return [];
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const policy = {
    apiVersion,
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: NAME },
    spec: {
      matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] },
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: patientPod(factor) } }],
    },
  };
  const binding = { apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: { name: NAME }, spec: { policyName: NAME } };
  return [policy, binding];
}

/** A CEL expression: the pod with at least that much time for each of its probes, and between them. */
const patientPod = (factor: number): string =>
  `Object{spec: Object.spec{${LISTS.map((list) => patientContainers(list, factor)).join(', ')}}}`;

function patientContainers(list: (typeof LISTS)[number], factor: number): string {
  const type = `Object.spec.${list}`;
  const probes = PROBES.map((probe) => {
    const raised = (field: string, value: number) => {
      const least = Math.ceil(value * factor);
      return `${field}: c.${probe}.${field} < ${least} ? ${least} : c.${probe}.${field}`;
    };
    const failures = raised('failureThreshold', probe === 'startupProbe' ? LEAST_START : LEAST);
    const patient = `${type}.${probe}{${raised('timeoutSeconds', LEAST)}, ${raised('periodSeconds', LEAST_PERIOD)}, ${failures}}`;
    return `?${probe}: has(c.${probe}) ? optional.of(${patient}) : optional.none()`;
  });
  const containers = `object.spec.${list}.map(c, ${type}{name: c.name, ${probes.join(', ')}})`;
  return `?${list}: has(object.spec.${list}) ? optional.of(${containers}) : optional.none()`;
}

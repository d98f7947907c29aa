import { join } from 'node:path';
import { type KubernetesObject, readManifest } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { EKS_ENVIRONMENTS } from '../eks/outputs.ts';
import { crdViolations, servedKinds } from './crds.ts';

const served = new Set(servedKinds().map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
const kindOf = ({ apiVersion, kind }: KubernetesObject) => `${apiVersion} ${kind}`;
/** Kinds that the API server of every target has. */
const BUILT_IN = /^(v1|batch\/v1|networking\.k8s\.io\/v1|admissionregistration\.k8s\.io\/v1) /;
const objectsOf = async (environment: string) =>
  (
    await Promise.all(['aws.yaml', 'database-role/job.yaml'].map((file) => readManifest(join(checkout, 'deploy', environment, file))))
  ).flat();

it.each(EKS_ENVIRONMENTS)('the CRDs of the installed controllers admit what %s has for AWS', async (environment) => {
  const objects = await objectsOf(environment);
  const checked = objects.filter((object) => served.has(kindOf(object)));
  expect(
    checked.flatMap((object) => crdViolations(object).map((violation) => `${object.kind} ${object.metadata?.name}: ${violation}`)),
  ).toEqual([]);
  // The load balancer controller's releases are no Go modules, so its CRD is not here.
  const unchecked = objects.map(kindOf).filter((kind) => !served.has(kind) && !BUILT_IN.test(kind));
  expect([...new Set(unchecked)]).toEqual(['elbv2.k8s.aws/v1beta1 TargetGroupBinding']);
});

it.each([
  ['a misspelt field', '"dnsNames"', '"dnsName"'],
  // #region samples
  ['a value of another type', '"groupIds":["', '"groupIds":"x","other":["'], // of a client of the database
  // #endregion samples
  ['a missing field', '"secretName"', '"secret"'],
])('finds %s', async (_, from, to) => {
  const text = JSON.stringify(await objectsOf('eks-dev'));
  expect(text).toContain(from);
  const changed = (JSON.parse(text.replaceAll(from, to)) as KubernetesObject[]).filter((object) => served.has(kindOf(object)));
  expect(changed.flatMap(crdViolations)).not.toEqual([]);
});

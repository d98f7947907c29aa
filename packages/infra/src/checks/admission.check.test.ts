import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { crdViolations } from '../crds/crds.ts';
import { EKS_ENVIRONMENTS } from '../eks/outputs.ts';
import { imagePolicies } from '../eks/signed-images.ts';
import { readBlocks, readModule, terraformFolder } from '../hcl/terraform-module.ts';
import { ADMISSION, type Admitted, unverified } from './admission.check.ts';

const workflow = { file: 'images.yaml', text: await readFile(join(checkout, '.github/workflows/images.yaml'), 'utf8') };
const cluster = await readModule(join(terraformFolder, 'modules/cluster'));
const appliedIn = async (environment: string): Promise<readonly Admitted[]> => {
  const services = (await readFile(join(checkout, 'deploy', environment, 'kustomization.yaml'), 'utf8')).matchAll(/- (\S+\.yaml)$/gm);
  const files = [...[...services].map(([, file = '']) => file), 'database-role/job.yaml'];
  return (await Promise.all(files.map((file) => readManifest(join(checkout, 'deploy', environment, file))))).flat();
};
const dev = await appliedIn('eks-dev');

it.each(EKS_ENVIRONMENTS)('%s admits only images that the pipeline signed', async (environment) => {
  expect(unverified({ workflow, objects: await appliedIn(environment), cluster }), ADMISSION.hint).toEqual([]);
});

it('the CRD of Kyverno admits the policy', () => {
  const place = { namespace: 'shop', repository: 'https://github.com/example/shop' };
  const [signed, cached] = [{}, { image_cache: '1.dkr.ecr.us-east-1.amazonaws.com/x/docker-hub' }].map((cache) =>
    imagePolicies({ repositories: { 'web-v1': '1.dkr.ecr.us-east-1.amazonaws.com/x/web-v1' }, ...cache }, place),
  );
  const ofKyverno = (signed ?? []).filter(({ kind }) => kind === 'ImageValidatingPolicy');
  expect(ofKyverno.map(crdViolations)).toEqual([[]]);
  expect(JSON.stringify(signed)).toContain("image.startsWith('docker.io/istio/')");
  expect(JSON.stringify(cached)).toContain("image.startsWith('1.dkr.ecr.us-east-1.amazonaws.com/x/docker-hub/istio/')");
});

it('a pipeline that does not sign needs no policy', () => {
  expect(unverified({ workflow: { ...workflow, text: 'jobs: {}' }, objects: [], cluster })).toEqual([]);
});

it('finds that neither Kyverno nor a policy is there', async () => {
  const blocks = await readBlocks('main.tf', 'resource "helm_release" "other" {\n  chart = "other"\n}');
  expect(unverified({ workflow, objects: [], cluster: { folder: '.', blocks } })).toEqual([
    'no chart of Kyverno is installed',
    'no ImageValidatingPolicy verifies the images',
    'no ValidatingAdmissionPolicy refuses images of other registries',
  ]);
});

it.each([
  [
    'policies that fail open',
    '"failurePolicy":"Fail"',
    '"failurePolicy":"Ignore"',
    /failurePolicy is not Fail|no ValidatingAdmissionPolicy/,
  ],
  ['policies that only report', '"Deny"', '"Audit"', /validationActions have no Deny|no ValidatingAdmissionPolicy/],
  [
    'a list of images that Kyverno has shortened',
    '"expression":"(object',
    '"expression":"images.containers.all(one, true) && (object',
    /reads images/,
  ],
  ['a binding of another policy', '"policyName":"admitted-images"', '"policyName":"other"', /no ValidatingAdmissionPolicy/],
  ['another workflow', 'workflows/images.yaml', 'workflows/other.yaml', /another's than that of images.yaml on main/],
  ['any branch', '@refs/heads/main', '@refs/heads/feature', /another's than that of images.yaml on main/],
  // #region samples
  ['a namespace without it', ',"database-admin"]', ']', /pods of database-admin (are not verified|may run images)/], // of a client of the database
  ['another registry', /"glob":"[^"]+"/g, '"glob":"other/*"', /is not verified/],
  // #endregion samples
])('finds %s', (_, from, to, message) => {
  const text = JSON.stringify(dev);
  const changed = text.replaceAll(from, to);
  expect(changed).not.toBe(text);
  const found = unverified({ workflow, objects: JSON.parse(changed), cluster });
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((one) => !message.test(one))).toEqual([]);
});

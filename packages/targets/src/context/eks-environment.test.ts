import { expect, test } from 'vitest';
import { eksEnvironment } from './eks-environment.ts';

const clusters = new Map([
  ['eks-dev', 'shop-dev'],
  ['eks-prod', 'shop-prod'],
]);
const arn = (name: string) => `arn:aws:eks:eu-central-1:111111111111:cluster/${name}`;
const kubeconfig = (cluster: string, args?: readonly string[]) =>
  JSON.stringify({ clusters: [{ name: cluster }], users: [{ user: args ? { exec: { args } } : { token: 'x' } }] });

test.each([
  ['the ARN of the cluster', kubeconfig(arn('shop-prod')), 'eks-prod'],
  ['the arguments of aws eks get-token', kubeconfig('any', ['eks', 'get-token', '--cluster-name', 'shop-dev']), 'eks-dev'],
  ['the arguments of aws-iam-authenticator', kubeconfig('any', ['token', '-i', 'shop-prod']), 'eks-prod'],
])('%s names the environment', (_, text, environment) => {
  expect(eksEnvironment(text, clusters)).toBe(environment);
});

test.each([
  [
    'a cluster that no environment has',
    kubeconfig(arn('other')),
    clusters,
    'the environment of the EKS cluster other is unknown: 0 environments',
  ],
  ['a context that names no cluster', kubeconfig('any'), clusters, 'the environment of the context is unknown: 0 environments have it'],
  [
    'a cluster that two have',
    kubeconfig(arn('shop')),
    new Map([...clusters.keys()].map((name) => [name, 'shop'])),
    'is unknown: 2 environments',
  ],
])('refuses %s: manifests of another environment would replace its own', (_, text, known, message) => {
  expect(() => eksEnvironment(text, known)).toThrow(message);
});

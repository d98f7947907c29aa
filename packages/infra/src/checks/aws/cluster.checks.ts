import { member } from '../../hcl/terraform-module.ts';
import type { AwsCheck } from '../finding.ts';
import { dependenciesOf } from './dependencies.ts';
import { expressionOf, innerBlocks, resourcesOf } from './resources.ts';

const AUTOSCALERS = new Set(['cluster-autoscaler', 'karpenter']);

/** What a cluster and its nodes need to start, to grow, to stay patched and to go. */
export const clusterChecks: readonly AwsCheck[] = [
  {
    code: 'AWS103',
    title: 'a raised minimum raises the desired size',
    hint: 'compute desired_size as the larger of the minimum and what runs; EKS refuses a minimum above the desired size',
    find: (module) =>
      resourcesOf(module, 'aws_eks_node_group')
        .filter((group) =>
          innerBlocks(group, 'lifecycle').some(({ block }) => (expressionOf(block, 'ignore_changes') ?? '').includes('desired_size')),
        )
        .map(({ file, block, address }) => ({ file, line: block.line, message: `${address} ignores desired_size` })),
  },
  {
    code: 'AWS104',
    title: 'something scales the nodes',
    hint: 'install cluster-autoscaler or karpenter: EKS itself never changes the size of a node group',
    find: (module) => {
      const scaled = resourcesOf(module, 'helm_release').some(({ values }) => AUTOSCALERS.has(`${member(values, 'chart')}`));
      return resourcesOf(module, 'aws_eks_node_group')
        .filter(() => !scaled)
        .map(({ file, block, address }) => ({ file, line: block.line, message: `nothing scales ${address}` }));
    },
  },
  {
    code: 'AWS105',
    title: 'a private API endpoint admits a client',
    hint: "allow security groups or ranges of a variable to reach the cluster's security group on port 443",
    find: (module) => {
      const admits = resourcesOf(module, 'aws_vpc_security_group_ingress_rule').some(
        ({ block }) =>
          (expressionOf(block, 'security_group_id') ?? '').includes('cluster_security_group_id') &&
          (expressionOf(block, 'for_each') ?? '').includes('var.'),
      );
      return resourcesOf(module, 'aws_eks_cluster')
        .filter((cluster) =>
          innerBlocks(cluster, 'vpc_config').some(({ values }) => member(values, 'endpoint_private_access') === true && !admits),
        )
        .map(({ file, block, address }) => ({
          file,
          line: block.line,
          message: `only nodes reach the private endpoint of ${address}`,
        }));
    },
  },
  {
    code: 'AWS301',
    title: 'charts go before the access entries that let Terraform remove them',
    hint: 'add aws_eks_access_policy_association to depends_on',
    find: (module) => {
      const needs = dependenciesOf(module);
      const entries = resourcesOf(module, 'aws_eks_access_policy_association').map(({ address }) => address);
      return resourcesOf(module, 'helm_release')
        .filter(({ address }) => entries.some((entry) => !needs.get(address)?.has(entry)))
        .map(({ file, block, address }) => ({
          file,
          line: block.line,
          message: `${address} outlives the access entries at destroy`,
        }));
    },
  },
  {
    code: 'AWS304',
    title: 'nodes follow upgrades and patches',
    hint: 'set version to the cluster’s and release_version to the one that AWS recommends (SSM parameter …/recommended/release_version)',
    find: (module) =>
      resourcesOf(module, 'aws_eks_node_group')
        .filter(({ block }) => ['version', 'release_version'].some((name) => expressionOf(block, name) === undefined))
        .map(({ file, block, address }) => ({ file, line: block.line, message: `${address} keeps the version that it was created with` })),
  },
  {
    code: 'AWS307',
    title: 'a node group is replaced without loss',
    hint: 'set create_before_destroy and node_group_name_prefix',
    find: (module) =>
      resourcesOf(module, 'aws_eks_node_group')
        .filter((group) => {
          const before = innerBlocks(group, 'lifecycle').some(({ values }) => member(values, 'create_before_destroy') === true);
          return !before || expressionOf(group.block, 'node_group_name_prefix') === undefined;
        })
        .map(({ file, block, address }) => ({ file, line: block.line, message: `${address} drains before its replacement is there` })),
  },
];

import type { AwsCheck } from '../finding.ts';
import { expressionOf, resourcesOf } from './resources.ts';

/** What a registry of immutable multi-architecture images needs. */
export const registryChecks: readonly AwsCheck[] = [
  {
    code: 'AWS302',
    title: 'a repository with images can be deleted where protection is off',
    hint: 'set force_delete = !var.deletion_protection',
    find: (module) =>
      resourcesOf(module, 'aws_ecr_repository')
        .filter(({ block }) => expressionOf(block, 'force_delete') === undefined)
        .map(({ file, block, address }) => ({ file, line: block.line, message: `destroy stops at ${address} while it has images` })),
  },
  {
    code: 'AWS306',
    title: 'a lifecycle rule counts pushes, not manifests',
    hint: 'count tagged images (tagStatus "tagged" with tagPrefixList); each push has a manifest for every architecture and attestation too',
    find: (module) =>
      resourcesOf(module, 'aws_ecr_lifecycle_policy')
        .filter(({ values }) => /tagStatus[^}]*"any"[^}]*imageCountMoreThan/.test(JSON.stringify(values).replaceAll('\\"', '"')))
        .map(({ file, block, address }) => ({ file, line: block.line, message: `${address} counts every manifest as an image` })),
  },
];

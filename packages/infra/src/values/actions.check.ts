import { innerBlocks, resourcesOf } from '../checks/aws/resources.ts';
import type { Finding } from '../checks/finding.ts';
import { member, type TerraformModule } from '../hcl/terraform-module.ts';
import type { AwsData } from './aws-data.ts';

/** The actions of policies that IAM does not know: it takes them and they allow nothing. */
export const checkActions = (module: TerraformModule, { hasAction }: Pick<AwsData, 'hasAction'>): readonly Finding[] =>
  resourcesOf(module, 'aws_iam_policy_document').flatMap((document) =>
    innerBlocks(document, 'statement').flatMap(({ block, values }) => {
      const actions = member(values, 'actions');
      return (Array.isArray(actions) ? actions : [])
        .filter((action): action is string => typeof action === 'string' && !action.includes('${') && !hasAction(action))
        .map((action) => ({
          file: document.file,
          line: block.line,
          message: `IAM has no action ${action}`,
          code: 'AWS402',
          hint: 'look the name up in the service authorization reference',
        }));
    }),
  );

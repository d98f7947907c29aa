import { GATEWAY } from '@mesh-platform/kubernetes';
import { load } from 'js-yaml';
import { member, type TerraformModule } from '../../hcl/terraform-module.ts';
import { resourcesOf } from '../aws/resources.ts';
import type { Rendered } from './istio.checks.ts';

export const ACCESS_LOG = {
  code: 'AWS315',
  title: 'filters of the pods’ logs read fields that the gateway’s access log has',
  hint: 'write the pattern in modules/alarms/gateway.tf with the fields of accessLogFormat, under mergeLogKey of modules/cluster/logs.tf',
} as const;

interface Logging {
  /** Istio as it is rendered for EKS. */
  readonly objects: readonly Rendered[];
  /** infra/terraform/modules/cluster, which ships the logs, and modules/alarms, which reads them. */
  readonly cluster: TerraformModule;
  readonly alarms: TerraformModule;
}

/** What a filter looks for that no line of the gateway has: it would count nothing, and its alarm stay silent. */
export function unlogged({ objects, cluster, alarms }: Logging): readonly string[] {
  const charts = resourcesOf(cluster, 'helm_release').map(({ values }) => `${member(values, 'values')}`);
  const key = charts.map((text) => /mergeLogKey\s*=\s*"(\w+)"/.exec(text)?.[1]).find((found) => found !== undefined);
  const logged = new Map([
    ['kubernetes.namespace_name', ''],
    ...Object.entries(accessLogFormat(objects)).map(([field, operator]) => [`${key}.${field}`, operator] as const),
  ]);
  return resourcesOf(alarms, 'aws_cloudwatch_log_metric_filter')
    .filter(({ values }) => member(values, 'log_group_name') === POD_LOGS)
    .flatMap(({ address, values }) => {
      const pattern = `${member(values, 'pattern')}`;
      const [, namespace] = /namespace_name = "([^"]*)"/.exec(pattern) ?? [];
      return [
        ...[...pattern.matchAll(/\$\.([\w.]+) [<>=!]+ ("?)/g)].flatMap(([, field = '', quote]) => {
          const operator = logged.get(field);
          if (operator === undefined) return [`${address} reads ${field}, which no line of the gateway has`];
          return quote && NUMBERS.has(operator) ? [`${address} compares ${field} with a text, and Envoy writes a number`] : [];
        }),
        ...(namespace === GATEWAY.namespace
          ? []
          : [`${address} reads the namespace ${namespace}, and the gateway is in ${GATEWAY.namespace}`]),
      ];
    });
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the parser's way to write an expression
const POD_LOGS = '${var.pod_log_group}';

/** Of `accessLogFormat`: Envoy writes them into JSON without quotes. */
const NUMBERS = new Set(
  ['RESPONSE_CODE', 'DURATION', 'BYTES_RECEIVED', 'BYTES_SENT', 'UPSTREAM_REQUEST_ATTEMPT_COUNT'].map((name) => `%${name}%`),
);

function accessLogFormat(objects: readonly Rendered[]): Readonly<Record<string, string>> {
  const config = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === 'istio');
  const { accessLogFormat: format = '{}' } = load(config?.data?.mesh ?? '{}') as { readonly accessLogFormat?: string };
  return JSON.parse(format);
}

import { GATEWAY } from '@mesh-platform/kubernetes';
import { load } from 'js-yaml';
import { member, type TerraformModule } from '../../hcl/terraform-module.ts';
import { resourcesOf } from '../aws/resources.ts';
import type { Rendered } from './istio.checks.ts';

export const ACCESS_LOG = {
  code: 'AWS315',
  title: 'filters of the pods’ logs read fields that the gateway’s access log has, and numbers as numbers',
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
  const fields = accessLogFields(objects);
  const logged = new Set(['kubernetes.namespace_name', ...fields.map(({ name }) => `${key}.${name}`)]);
  const numbers = new Set(fields.filter(({ isNumber }) => isNumber).map(({ name }) => `${key}.${name}`));
  return resourcesOf(alarms, 'aws_cloudwatch_log_metric_filter')
    .filter(({ values }) => member(values, 'log_group_name') === POD_LOGS)
    .flatMap(({ address, values }) => {
      const pattern = `${member(values, 'pattern')}`;
      const [, namespace] = /namespace_name = "([^"]*)"/.exec(pattern) ?? [];
      return [
        ...[...pattern.matchAll(/\$\.([\w.]+)/g)]
          .map(([, field = '']) => field)
          .filter((field) => !logged.has(field))
          .map((field) => `${address} reads ${field}, which no line of the gateway has`),
        ...[...pattern.matchAll(/\$\.([\w.]+) !?= "/g)]
          .map(([, field = '']) => field)
          .filter((field) => numbers.has(field))
          .map((field) => `${address} compares ${field} with text, and it is a number`),
        ...(namespace === GATEWAY.namespace
          ? []
          : [`${address} reads the namespace ${namespace}, and the gateway is in ${GATEWAY.namespace}`]),
      ];
    });
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the parser's way to write an expression
const POD_LOGS = '${var.pod_log_group}';

/** Operators that Envoy writes as JSON numbers when they are all of a field. https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage */
const NUMBER = /^%(RESPONSE_CODE|DURATION|BYTES_RECEIVED|BYTES_SENT|UPSTREAM_REQUEST_ATTEMPT_COUNT)%$/;

function accessLogFields(objects: readonly Rendered[]): readonly { readonly name: string; readonly isNumber: boolean }[] {
  const config = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === 'istio');
  const { accessLogFormat = '{}' } = load(config?.data?.mesh ?? '{}') as { readonly accessLogFormat?: string };
  const format = JSON.parse(accessLogFormat) as Readonly<Record<string, string>>;
  return Object.entries(format).map(([name, operator]) => ({ name, isNumber: NUMBER.test(operator) }));
}

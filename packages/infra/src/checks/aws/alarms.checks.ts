import { type Json, member, type TerraformModule } from '../../hcl/terraform-module.ts';
import type { AwsCheck } from '../finding.ts';
import { innerBlocks, resourcesOf } from './resources.ts';

/** What alarms read. */
export const alarmChecks: readonly AwsCheck[] = [
  {
    code: 'AWS314',
    title: 'a metric that no service of AWS publishes is written by a filter of a log',
    hint: 'add an aws_cloudwatch_log_metric_filter with the namespace and the name of the metric: without values an alarm is silent or always on',
    find: (module) => {
      const written = resourcesOf(module, 'aws_cloudwatch_log_metric_filter')
        .flatMap((filter) => innerBlocks(filter, 'metric_transformation'))
        .map(({ values }) => metricOf(values, 'name'));
      return alarmsOf(module)
        .filter(({ metric }) => !/^(AWS\/|\$\{each\.)/.test(metric) && !written.includes(metric))
        .map(({ name, metric, ...place }) => ({ ...place, message: `the alarm ${name} reads ${metric}, which nothing writes` }));
    },
  },
];

interface Alarm {
  readonly name: string;
  readonly metric: string;
  readonly file: string;
  readonly line: number;
}

const metricOf = (values: Json | undefined, name: string): string => `${member(values, 'namespace')} ${member(values, name)}`;

/** Alarms that are resources of their own, and those of `local.alarms`. */
function alarmsOf(module: TerraformModule): readonly Alarm[] {
  const listed = module.blocks
    .filter(({ block }) => block.name === 'locals')
    .flatMap(({ file, block, values }) =>
      Object.entries(member(values, 'alarms') ?? {}).map(([name, alarm]) => {
        return { name, metric: metricOf(alarm, 'metric'), file, line: block.line };
      }),
    );
  const own = resourcesOf(module, 'aws_cloudwatch_metric_alarm').map(({ file, block, address, values }) => {
    return { name: address, metric: metricOf(values, 'metric_name'), file, line: block.line };
  });
  return [...listed, ...own];
}

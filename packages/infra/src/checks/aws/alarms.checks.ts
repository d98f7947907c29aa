import { type Json, member, type TerraformModule } from '../../hcl/terraform-module.ts';
import type { AwsCheck } from '../finding.ts';
import { innerBlocks, type Resource, resourcesOf } from './resources.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: the parser's way to write an expression
const EACH_KEY = '${each.key}';

/** What alarms read. */
export const alarmChecks: readonly AwsCheck[] = [
  {
    code: 'AWS314',
    title: 'a metric that no service of AWS publishes is written by a filter of a log',
    hint: 'add an aws_cloudwatch_log_metric_filter with the namespace and the name of the metric: without values an alarm is silent or always on',
    find: (module) => {
      const written = resourcesOf(module, 'aws_cloudwatch_log_metric_filter').flatMap((filter) =>
        innerBlocks(filter, 'metric_transformation').flatMap(({ values }) => namesOf(filter, metricOf(values, 'name'))),
      );
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

/** A name that is made of each key of a for_each, once for each. */
const namesOf = ({ values }: Resource, name: string): readonly string[] =>
  name.includes(EACH_KEY) ? Object.keys(member(values, 'for_each') ?? {}).map((key) => name.replace(EACH_KEY, key)) : [name];

const metricOf = (values: Json | undefined, name: string): string => `${member(values, 'namespace')} ${member(values, name)}`;

/** Alarms that are resources of their own, on one metric or on several, and those of `local.alarms`. */
function alarmsOf(module: TerraformModule): readonly Alarm[] {
  const listed = module.blocks
    .filter(({ block }) => block.name === 'locals')
    .flatMap(({ file, block, values }) =>
      Object.entries(member(values, 'alarms') ?? {}).map(([name, alarm]) => {
        return { name, metric: metricOf(alarm, 'metric'), file, line: block.line };
      }),
    );
  const own = resourcesOf(module, 'aws_cloudwatch_metric_alarm').flatMap((alarm) => {
    const metrics = innerBlocks(alarm, 'metric_query').flatMap((query) => innerBlocks(query, 'metric'));
    return (metrics.length > 0 ? metrics : [alarm]).map(({ block, values }) => {
      return { name: alarm.address, metric: metricOf(values, 'metric_name'), file: alarm.file, line: block.line };
    });
  });
  return [...listed, ...own];
}

import { member } from '../../hcl/terraform-module.ts';
import type { AwsCheck } from '../finding.ts';
import { dependenciesOf } from './dependencies.ts';
import { expressionOf, innerBlocks, resolved, resourcesOf } from './resources.ts';

/** https://www.postgresql.org/docs/18/runtime-config-logging.html#GUC-LOG-CONNECTIONS; RDS takes none of the older 0, 1, on and off. */
const LOG_CONNECTIONS = new Set(['receipt', 'authentication', 'authorization', 'setup_durations', 'all']);
const FIRST_WITH_STAGES = 18;

/** What RDS accepts, and what a database must survive. */
export const databaseChecks: readonly AwsCheck[] = [
  {
    code: 'AWS101',
    title: 'log_connections lists stages since PostgreSQL 18',
    hint: 'set receipt, authentication, authorization, setup_durations or all',
    find: (module) =>
      resourcesOf(module, 'aws_db_parameter_group').flatMap((group) => {
        const major = Number(/^postgres(\d+)/.exec(resolved(module, member(group.values, 'family')) ?? '')?.[1] ?? 0);
        if (major < FIRST_WITH_STAGES) return [];
        return innerBlocks(group, 'parameter')
          .filter(({ values }) => member(values, 'name') === 'log_connections')
          .filter(({ values }) => !LOG_CONNECTIONS.has(`${member(values, 'value')}`))
          .map(({ block, values }) => ({
            file: group.file,
            line: block.line,
            message: `invalid log_connections "${member(values, 'value')}" for PostgreSQL ${major}`,
          }));
      }),
  },
  {
    code: 'AWS303',
    title: 'the final snapshot does not depend on deletion protection',
    hint: 'set skip_final_snapshot from a variable of its own: protection is always off when an instance is destroyed',
    find: (module) =>
      resourcesOf(module, 'aws_db_instance')
        .filter(({ block }) => /deletion_protection|^true$/.test(expressionOf(block, 'skip_final_snapshot') ?? ''))
        .map(({ file, block, address }) => ({ file, line: block.line, message: `${address} never takes a final snapshot` })),
  },
  {
    code: 'AWS308',
    title: 'exported logs have a log group with a retention',
    hint: 'declare aws_cloudwatch_log_group /aws/rds/instance/NAME/LOG and let the instance depend on it: RDS creates one that never expires',
    find: (module) => {
      const needs = dependenciesOf(module);
      return resourcesOf(module, 'aws_db_instance')
        .filter(({ block, address }) => {
          const exported = expressionOf(block, 'enabled_cloudwatch_logs_exports') !== undefined;
          return exported && ![...(needs.get(address) ?? [])].some((needed) => needed.startsWith('aws_cloudwatch_log_group.'));
        })
        .map(({ file, block, address }) => ({ file, line: block.line, message: `${address} exports logs to a group that never expires` }));
    },
  },
  {
    code: 'AWS305',
    title: 'a secret with a fixed name can be created again',
    hint: 'set recovery_window_in_days to 0 where deletion_protection is off, or use name_prefix',
    find: (module) =>
      resourcesOf(module, 'aws_secretsmanager_secret')
        .filter(({ block, values }) => expressionOf(block, 'name') !== undefined && member(values, 'recovery_window_in_days') !== 0)
        .filter(({ block }) => !(expressionOf(block, 'recovery_window_in_days') ?? '').includes('var.'))
        .map(({ file, block, address }) => ({
          file,
          line: block.line,
          message: `${address} cannot be created again within its recovery window`,
        })),
  },
];

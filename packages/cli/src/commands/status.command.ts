import { example } from '@mesh-platform/mesh/commands';
import type { StatusReport } from '../services/status.ts';
import { type AddCommand, print, requireRunning } from './context.ts';

/** Exits 1 where something is not well. */
export const addStatus: AddCommand = (program, context) => {
  program
    .command('status')
    .description('Show node, control plane, policies, open rollouts and each pod')
    .addHelpText('after', example('--watch'))
    .action(async () => {
      const { isWell, statusOf } = await import('../services/status.ts');
      const given = await context();
      const report = await statusOf(await requireRunning(given), given.suffix);
      print(given, report, describe(report));
      if (!isWell(report)) process.exitCode = 1;
    });
};

/** `rollout   preview v2: unattended since 42 s, v1=95 v2=5 (./platform mesh rollout preview v2 --resume or --abort)` */
const rolloutLine = ({ service, canary, phase, reason, weights, unattendedSeconds }: StatusReport['rollouts'][number]): string => {
  const state =
    phase === 'running' ? (unattendedSeconds === undefined ? 'running' : `unattended since ${unattendedSeconds} s`) : `${phase}: ${reason}`;
  const set = Object.entries(weights).map(([version, percent]) => `${version}=${percent}`).join(' '); // biome-ignore format: one line
  const next = unattendedSeconds === undefined ? '' : ` (./platform mesh rollout ${service} ${canary} --resume or --abort)`;
  return `rollout   ${service} ${canary}: ${state}, ${set}${next}`;
};

const mark = (well: boolean): string => (well ? '✓' : '✗');

function describe({ url, node, controlPlane, rejectedConfigurations, driftedPolicies: drifted, rollouts, pods }: StatusReport): string {
  const restarted = node
    .filter(({ restarts }) => restarts > 0)
    .map(({ name, restarts, state }) => `${name} ${state}, ${restarts} restarts`);
  return [
    `gateway   ${url}`,
    // A cluster of your own does not report its components.
    ...(node.length === 0
      ? []
      : [
          `node      ${mark(node.every(({ state }) => state === 'running'))} ${node.length} components${restarted.length > 0 ? `: ${restarted.join('; ')}` : ''}`,
        ]),
    `istio     ${controlPlane.map(({ name, ready }) => `${mark(ready)} ${name}`).join('  ')}`,
    `proxies   ${mark(rejectedConfigurations === 0)} ${rejectedConfigurations === 0 ? 'accepted every configuration' : `refused ${rejectedConfigurations} configurations`}`,
    `policies  ${mark(drifted.length === 0)} ${drifted.length === 0 ? 'in sync with the topology' : `differ from the topology: ${drifted.join(', ')} (./platform up restores them)`}`,
    ...rollouts.map(rolloutLine),
    'services',
    ...pods.map(
      ({ service, version, pod, ready, sidecar, restarts, reason }) =>
        `  ${mark(ready && sidecar)} ${service.padEnd(9)} ${version.padEnd(4)} ${pod}  ${sidecar ? 'sidecar' : 'NO SIDECAR'}${restarts > 0 ? `  ${restarts} restarts` : ''}${reason ? `  ${reason}` : ''}`,
    ),
    '',
  ].join('\n');
}

import { marked } from '../terminal/live-lines.ts';
import type { StatusReport } from './status.ts';

const mark = (well: boolean): string => marked(well ? '✓' : '✗');

/** A report as lines for a terminal; `now` is the time to which ages are counted, in milliseconds since 1970. */
export function describeStatus(report: StatusReport, now: number): string {
  const { url, node, controlPlane, rejectedConfigurations, driftedPolicies: drifted, rollouts, pods } = report;
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
    ...table([
      ['SERVICE', 'VERSION', 'READY', 'RESTARTS', 'AGE', 'IMAGE', 'POD'],
      ...pods.map(({ service, version, containers, restarts, createdAt, image, pod }) => [
        ...[service, version, `${containers.ready}/${containers.total}`, `${restarts}`],
        ...[createdAt ? ageOf(now - Date.parse(createdAt)) : '', shortImage(image), pod],
      ]),
    ]).map((row, index) => serviceLine(row, pods[index - 1])),
    '',
  ].join('\n');
}

/** `rollout   preview v2: unattended since 42 s, v1=95 v2=5 (./platform mesh rollout preview v2 --resume or --abort)` */
const rolloutLine = ({ service, canary, phase, reason, weights, unattendedSeconds }: StatusReport['rollouts'][number]): string => {
  const state =
    phase === 'running' ? (unattendedSeconds === undefined ? 'running' : `unattended since ${unattendedSeconds} s`) : `${phase}: ${reason}`;
  const set = Object.entries(weights).map(([version, percent]) => `${version}=${percent}`).join(' '); // biome-ignore format: one line
  const next = unattendedSeconds === undefined ? '' : ` (./platform mesh rollout ${service} ${canary} --resume or --abort)`;
  return `rollout   ${service} ${canary}: ${state}, ${set}${next}`;
};

/** A row of the table; the header has no pod. */
function serviceLine(row: string, pod: StatusReport['pods'][number] | undefined): string {
  if (!pod) return `    ${row}`;
  return [`  ${mark(pod.ready && pod.sidecar)} ${row}`, ...(pod.sidecar ? [] : ['NO SIDECAR']), ...(pod.reason ? [pod.reason] : [])].join(
    '  ',
  );
}

/** Rows whose columns are as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()); // biome-ignore format: one line
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** `45s`, `12m`, `3h`, `9d`: two of a unit before the next one, as kubectl prints it. */
export function ageOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const [unit, size] = UNITS.find(([, least]) => seconds >= 2 * least) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
}

/** `core-v1@sha256:0a1b2c3d`: without registry and folder, and the first characters of the digest. */
const shortImage = (image: string): string => (image.split('/').at(-1) ?? '').replace(/(sha256:[0-9a-f]{8})[0-9a-f]+/, '$1');

import { weightsInWords } from '@mesh-platform/mesh';
import { marked } from '../terminal/live-lines.ts';
import { type Split, splitInWords } from './policy-drift.ts';
import type { StatusReport } from './status.ts';

const mark = (well: boolean): string => marked(well ? '✓' : '✗');

/** A report as lines for a terminal; ages are counted to `now`, in milliseconds since 1970. `suffix` names the target in commands. */
export function describeStatus(report: StatusReport, now: number, suffix: string): string {
  const { url, node, controlPlane, rejectedConfigurations, driftedPolicies: drifted, splits, rollouts, pods } = report;
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
    ...proxyLines(rejectedConfigurations),
    `policies  ${mark(drifted.length === 0)} ${drifted.length === 0 ? 'in sync with the topology' : `differ from the topology: ${drifted.join(', ')} (./platform mesh apply${suffix} restores them)`}`,
    ...splits.flatMap((split) => splitLines(split, suffix)),
    ...rollouts.map((rollout) => rolloutLine(rollout, suffix)),
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

function proxyLines(rejected: StatusReport['rejectedConfigurations']): readonly string[] {
  if (!rejected) return ['proxies   not known whether they accept their configuration: istiod does not answer'];
  if (rejected.length === 0) return [`proxies   ${mark(true)} accept their configuration`];
  return [
    ...rejected.map(({ proxy, message }) => `proxies   ${mark(false)} ${proxy} rejects its configuration: ${message}`),
    '          → fix the resource that the message names, often an EnvoyFilter; until then the proxy keeps the configuration from before',
  ];
}

/** Without a mark: these weights were chosen. */
const splitLines = (split: Split, suffix: string): readonly string[] => [
  `weights   ${splitInWords(split)}`,
  `          → keep them: ./platform mesh split ${split.service} ${weightsInWords(Object.entries(split.weights))} --save${suffix}`,
  `          → take them back: ./platform mesh apply${suffix}`,
];

/** `rollout   preview v2: unattended since 42 s, v1=95 v2=5 (./platform mesh rollout preview v2 --resume or --abort)` */
const rolloutLine = (rollout: StatusReport['rollouts'][number], suffix: string): string => {
  const { service, canary, phase, reason, weights, unattendedSeconds } = rollout;
  const state =
    phase === 'running' ? (unattendedSeconds === undefined ? 'running' : `unattended since ${unattendedSeconds} s`) : `${phase}: ${reason}`;
  const next = unattendedSeconds === undefined ? '' : ` (./platform mesh rollout ${service} ${canary} --resume${suffix}, or --abort)`;
  return `rollout   ${service} ${canary}: ${state}, ${weightsInWords(Object.entries(weights))}${next}`;
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

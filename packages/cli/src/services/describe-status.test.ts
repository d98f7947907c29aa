import { expect, test, vi } from 'vitest';
import { ageOf, describeStatus } from './describe-status.ts';
import { isWell, type StatusReport } from './status.ts';

const now = Date.parse('2026-11-30T12:00:00Z');
const pod = (more: Partial<StatusReport['pods'][number]>): StatusReport['pods'][number] => ({
  service: 'core',
  version: 'v1',
  pod: 'core-v1-abc',
  ready: true,
  sidecar: true,
  containers: { ready: 2, total: 2 },
  restarts: 0,
  createdAt: '2026-11-30T11:57:00Z',
  image: `localhost/mesh-platform/core-v1@sha256:${'0a1b2c3d'.repeat(8)}`,
  ...more,
});
const report: StatusReport = {
  url: 'http://127.0.0.1:8080',
  node: [{ name: 'etcd', state: 'running', restarts: 1 }],
  controlPlane: [{ name: 'istiod', ready: true }],
  rejectedConfigurations: [],
  driftedPolicies: ['VirtualService platform/web'],
  splits: [],
  rollouts: [],
  pods: [
    pod({}),
    pod({ service: 'postgres', version: '18', pod: 'postgres-0', restarts: 3, image: 'postgres:18.1', createdAt: '2026-11-25T12:00:00Z' }),
    pod({
      service: 'web',
      pod: 'web-v1-x',
      ready: false,
      sidecar: false,
      containers: { ready: 0, total: 1 },
      reason: 'ErrImagePull: no such image',
    }),
  ],
};

test('prints each open rollout: by whom it is worked on, why it stopped, its weights, and what to do', () => {
  const rollout = { service: 'preview', canary: 'v2', phase: 'running', reason: '', weights: { v1: 95, v2: 5 } } as const;
  const lineOf = (more: object) =>
    describeStatus({ ...report, rollouts: [{ ...rollout, ...more }] }, now, ' --instance mine')
      .split('\n')
      .find((line) => line.startsWith('rollout'));
  expect(lineOf({})).toBe('rollout   preview v2: running, v1=95 v2=5');
  expect(lineOf({ unattendedSeconds: 42 })).toBe(
    'rollout   preview v2: unattended since 42 s, v1=95 v2=5 (./platform mesh rollout preview v2 --resume --instance mine, or --abort)',
  );
  expect(lineOf({ phase: 'paused', reason: 'another client set the weights' })).toBe(
    'rollout   preview v2: paused: another client set the weights, v1=95 v2=5',
  );
});

test('prints each pod with its containers, restarts, age and image in columns', () => {
  expect(describeStatus(report, now, '')).toBe(`gateway   http://127.0.0.1:8080
node      ✓ 1 components: etcd running, 1 restarts
istio     ✓ istiod
proxies   ✓ accept their configuration
policies  ✗ differ from the topology: VirtualService platform/web (./platform mesh apply restores them)
services
    SERVICE   VERSION  READY  RESTARTS  AGE  IMAGE                    POD
  ✓ core      v1       2/2    0         3m   core-v1@sha256:0a1b2c3d  core-v1-abc
  ✓ postgres  18       2/2    3         5d   postgres:18.1            postgres-0
  ✗ web       v1       0/1    0         3m   core-v1@sha256:0a1b2c3d  web-v1-x  NO SIDECAR  ErrImagePull: no such image
`);
});

const well: StatusReport = { ...report, driftedPolicies: [], pods: [pod({})] };
const linesOf = (more: Partial<StatusReport>, first: string): readonly string[] => {
  const lines = describeStatus({ ...well, ...more }, now, ' --instance mine').split('\n');
  const start = lines.findIndex((line) => line.startsWith(first));
  return lines.slice(start, 1 + lines.findIndex((_, index) => index >= start && !/^ +→/.test(lines[index + 1] ?? '')));
};

test('prints weights that split set as a chosen difference, with both ways on, and exits 0', () => {
  const splits = [{ service: 'web', weights: { v1: 50, v2: 50 }, declared: { v1: 80, v2: 20 } }];
  expect(linesOf({ splits }, 'weights')).toEqual([
    'weights   web v1=50 v2=50; the topology has v1=80 v2=20',
    '          → keep them: ./platform mesh split web v1=50 v2=50 --save --instance mine',
    '          → take them back: ./platform mesh apply --instance mine',
  ]);
  expect(linesOf({ splits }, 'policies')).toEqual(['policies  ✓ in sync with the topology']);
  expect(isWell({ ...well, splits })).toBe(true);
});

test('names each proxy that rejects its configuration now, with the reason', () => {
  const rejectedConfigurations = [{ proxy: 'web-v1-x.platform', message: 'no.such.filter' }];
  expect(linesOf({ rejectedConfigurations }, 'proxies')).toEqual([
    'proxies   ✗ web-v1-x.platform rejects its configuration: no.such.filter',
    expect.stringContaining('→ fix the resource that the message names'),
  ]);
  expect(isWell({ ...well, rejectedConfigurations })).toBe(false);
});

test('does not report that proxies accept their configuration where no istiod answers', () => {
  const { rejectedConfigurations: _, ...unknown } = well;
  expect(describeStatus(unknown, now, '')).toContain('\nproxies   not known whether they accept');
});

test('marks have colours where standard output shows them', () => {
  vi.stubEnv('FORCE_COLOR', '1');
  expect(describeStatus(report, now, '')).toContain('istio     \u001b[32m✓\u001b[39m istiod');
  expect(describeStatus(report, now, '')).toContain('policies  \u001b[31m✗\u001b[39m differ');
});

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [7_199, '119m'],
  [7_200, '2h'],
  [172_800, '2d'],
  [-5, '0s'],
])('an age of %i seconds reads %s', (seconds, text) => {
  expect(ageOf(seconds * 1_000)).toBe(text);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';

const lines = (file: string): readonly string[] => readFileSync(join(checkout, file), 'utf8').split('\n');

/** By the beginning of a promise of the threat model: the targets on which it is made, of E, K, C and A. */
const promised = new Map(
  lines('docs/explanation/threat-model.md').flatMap((line) => {
    const [, promise = '', marks = ''] = /^\| ([^|]+) ((?:\| *✓? *){4})\|/.exec(line) ?? [];
    const targets = marks.split('|').slice(1);
    return promise ? [[promise, [...'EKCA'].filter((_, index) => targets[index]?.includes('✓')).join('')] as const] : [];
  }),
);

/** The promises behind each line of SECURITY.md, and the targets that it is about. */
const LINES: Readonly<Record<string, { readonly on: string; readonly promises: readonly string[] }>> = {
  'On the host of the embedded target': {
    on: 'E',
    promises: ['Ports of the platform listen on loopback only', 'The image registry answers its owner only'],
  },
  'On the embedded target': {
    on: 'E',
    promises: [
      'No port of a pod or of the node answers over IPv6 link-local',
      'Another user owns no process of a pod',
      'No other user delays a lock',
    ],
  },
  istiod: { on: 'EKCA', promises: ['istiod gives configuration and certificates only over TLS', "istiod's debug pages want a token"] },
  'The control plane of the embedded target': {
    on: 'E',
    promises: [
      'The API server rejects requests without credentials',
      'etcd accepts only certificates',
      'The kubelet rejects requests',
      'Only the owner reads keys',
    ],
  },
  'The mesh': {
    on: 'EKCA',
    promises: ['Each identity may call exactly what the topology declares', 'Plain text is rejected at every port'],
  },
  'The gateway': {
    on: 'EKCA',
    promises: ['The gateway reads neither the CA key', 'Only the hosts that the environment names', 'No connection is upgraded'],
  },
  Pods: { on: 'EKCA', promises: ['The namespace admits no pod weaker than Pod Security'] },
  Postgres: { on: 'EKC', promises: ["Only core's identity reaches Postgres", 'A database role connects to its own database only'] },
  Cursors: { on: 'EKCA', promises: ['A cursor that was not issued is rejected'] },
  'The page': {
    on: 'EKCA',
    promises: ["A document's text never runs as markup or script", 'The Content-Security-Policy allows no inline'],
  },
  'Requests of other origins': { on: 'EKCA', promises: ['A change that a page of another origin sends', 'The API takes no form'] },
  Services: { on: 'EKCA', promises: ['JSON of more than 64 levels gets a 400', 'A body that is too large gets a 413'] },
  'A request that kills the process': { on: 'EKCA', promises: ["A request that kills a pod's process is not sent to a second one"] },
  Markdown: { on: 'EKCA', promises: ['Time to format Markdown grows no faster than the text'] },
  'Hostile input': { on: 'EKCA', promises: ['Hostile requests get a 4xx and a request id'] },
  Packages: {
    on: 'EKCA',
    promises: [
      'Every version that the repository names is exact',
      'Nothing turns off the verification',
      'Every dependency has an allowed licence',
    ],
  },
  'Images of the embedded target': {
    on: 'E',
    promises: ['A bill of materials lists every npm package', 'A package or program of unknown origin'],
  },
};

const bullets = lines('SECURITY.md').flatMap((line) => /^- \*\*([^*]+)\*\*/.exec(line)?.[1] ?? []);

test('each line of SECURITY.md stands on promises of the threat model, which names their tests', () => {
  expect([...new Set(bullets)].sort()).toEqual(Object.keys(LINES).sort());
});

test.each(Object.entries(LINES))('%s: the promises are made on each target that the line is about', (label, { on, promises }) => {
  const made = promises.map(
    (beginning) => [...promised].find(([promise]) => promise.startsWith(beginning))?.[1] ?? `no promise: ${beginning}`,
  );
  for (const targets of made) for (const target of on) expect(targets).toContain(target);
  expect(on === 'E', 'a line about the embedded target names it').toBe(/embedded target/.test(label));
});

test('no line is on "by default", which is true on some targets only', () => {
  expect(lines('SECURITY.md').filter((line) => /by default/.test(line))).toEqual([]);
});

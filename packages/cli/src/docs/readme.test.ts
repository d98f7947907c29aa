import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY } from '@mesh-platform/kubernetes';
import { checkout, FIRST_UP_BYTES, pins } from '@mesh-platform/targets';
import { hostPackages } from '@mesh-platform/targets/pins';
import { expect, test } from 'vitest';
import { localEnvironment } from '../services/topology.ts';
import { parsePage } from './page.ts';

const read = (file: string) => readFileSync(join(checkout, file), 'utf8');
const linesOf = (file: string) => read(file).trimEnd().split('\n').length;
const readme = read('README.md');

/** The only block of a language, each line without the blanks at its start. */
const blockOf = (language: string): string =>
  trimmed(
    parsePage(readme)
      .blocks.find((block) => block.language === language)
      ?.lines.map(({ text }) => text)
      .join('\n') ?? '',
  );
const trimmed = (text: string): string => text.replace(/^\s+/gm, '');

test('the README has at most 130 lines', () => expect(linesOf('README.md')).toBeLessThanOrEqual(130));

test('its twelve lines of the topology are those of the file, and the route is the rendered one', () => {
  expect(blockOf('ts').split('\n')).toHaveLength(12);
  expect(trimmed(read('platform.mesh.ts'))).toContain(blockOf('ts'));
  expect(trimmed(read('deploy/local/policies.yaml'))).toContain(blockOf('yaml'));
});

test('it counts the lines of both', () => {
  const rendered = globSync('deploy/local/*.yaml', { cwd: checkout }).reduce((sum, file) => sum + linesOf(file), 0);
  expect(readme).toContain(`of the ${linesOf('platform.mesh.ts')} lines of [\`platform.mesh.ts\`]`);
  expect(readme).toContain(`is ${rendered.toLocaleString('en')} lines of YAML in \`deploy/local\``);
});

test('its quick start prints the address of the gateway, and its table links each project that it compares', () => {
  expect(readme).toContain(`the gateway   http://127.0.0.1:${GATEWAY.ports.node}/`);
  const rows = readme.split('| instead |')[1]?.split('\n\n')[0]?.split('\n').slice(2) ?? [];
  expect(rows).toHaveLength(6);
  for (const row of rows) expect(row).toMatch(/^\| \[[^\]]+\]\(https:\/\//);
});

test('its badges and the support matrix name the pinned releases', () => {
  const minor = (version: string) => version.split('.').slice(0, 2).join('.');
  expect(readme).toContain(`badge/Kubernetes-${minor(pins.kubernetes)}-`);
  expect(readme).toContain(`badge/Istio-${minor(pins.istio)}-`);
  expect(read('docs/reference/support.md')).toContain(`| Kubernetes | ${pins.kubernetes} (embedded) |`);
  expect(read('docs/reference/support.md')).toContain(`| Istio | ${pins.istio} |`);
});

test('each of its images has a description', () => {
  const images = readme.match(/<img [^>]*>|!\[[^\]]*\]/g) ?? [];
  expect(images.length).toBeGreaterThan(2);
  expect(images.filter((image) => !/ alt="[^"]{10,}"|!\[[^\]]{5,}\]/.test(image))).toEqual([]);
});

test('its diagram draws a sidecar in each pod of the topology and none in the gateway, with the weights of the file', async () => {
  const [light, dark] = ['light', 'dark'].map((scheme) =>
    [...read(`docs/images/request-${scheme}.svg`).matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, text = '']) => text),
  );
  expect(light).toEqual(dark);
  const boxes = (light ?? []).flatMap((text, index, all) => (all[index + 2] === 'sidecar' ? [text] : []));
  const { services } = (await localEnvironment()).environment.mesh;
  const pods = [...services.values()].flatMap(({ name, versions }) => versions.map(() => name));
  expect(boxes.sort()).toEqual(pods.sort());
  const weights = [...services.values()].flatMap(({ versions, weights }) => (versions.length > 1 ? weights : []));
  expect(light?.filter((text) => text.endsWith('%'))).toEqual(weights.map(({ percent }) => `${percent} %`));
});

test('its requirements are those that doctor checks, and that were measured', () => {
  const row = readme.split('\n').find((line) => line.startsWith('| `embedded`'));
  const gibibytes = FIRST_UP_BYTES / 1024 ** 3;
  expect(row).toContain(`| ${gibibytes} GiB free at first |`);
  expect(read('packages/cli/templates/without-samples/README.md')).toContain(` ${gibibytes} GiB of disk at first`);
  expect(row).toContain(`installs ${hostPackages.map((name) => `\`${name}\``).join(', ')} by apt-get`);
  const [, mebibytes] = / (\d+) MiB resident once all is up/.exec(read('docs/explanation/performance.md')) ?? [];
  expect(row).toContain(`| ${(Number(mebibytes) / 1024).toFixed(1)} GiB once up |`);
});

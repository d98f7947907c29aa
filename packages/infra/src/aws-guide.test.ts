import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';

const guide = readFileSync(join(checkout, 'docs/how-to/deploy-to-aws.md'), 'utf8');
const steps = guide.slice(guide.indexOf('## From nothing'), guide.indexOf('## The pipeline'));

it('each step of the first apply comes after what it needs', () => {
  const order = [
    "The state's bucket",
    'Your values',
    'lock file',
    'Network, cluster and nodes',
    'Reach the cluster',
    'The rest',
    'Repository variables',
    'Environments with reviewers',
    'Images',
    'The outputs',
    'platform up --on',
  ];
  const places = order.map((step) => steps.indexOf(step));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it('the repository variables that workflows read are all named before the step that needs them', () => {
  const workflows = ['images', 'terraform'].map((name) => readFileSync(join(checkout, `.github/workflows/${name}.yaml`), 'utf8')).join('');
  const read = new Set([...workflows.matchAll(/vars\.([A-Z_]+)/g)].map(([, name]) => name ?? ''));
  const before = steps.slice(0, steps.indexOf('**Images**'));
  expect([...read].filter((name) => !before.includes(name))).toEqual([]);
});

it('OpenTofu is the one tool that states are written with: in the guides, the scripts and the workflow', () => {
  const scripts = ['run', 'tunnel', 'restore-database'].map((name) => `infra/terraform/live/${name}`);
  const files = ['docs/how-to/operate-on-aws.md', '.github/workflows/terraform.yaml', ...scripts];
  const texts = [guide, ...files.map((file) => readFileSync(join(checkout, file), 'utf8'))].join('\n');
  expect(texts).not.toMatch(/\bterraform (init|plan|apply|destroy|state|validate|test)\b/);
  expect(readFileSync(join(checkout, 'infra/terraform/live/run'), 'utf8')).toContain('platform tool tofu');
});

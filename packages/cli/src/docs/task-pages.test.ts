import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { parsePage } from './page.ts';

const pages = globSync('docs/how-to/*.md', { cwd: checkout }).sort();
const textOf = (file: string) => readFileSync(join(checkout, file), 'utf8');

/** Pages whose commands need more than the cluster of pages.e2e.test.ts, which follows all others; and what tests them instead. No test reaches an account of AWS. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'add-a-database.md': 'packages/cli/test/samples/own-database.guide.test.ts',
  'add-a-service.md': 'packages/cli/test/samples/fork.guide.test.ts',
  'complete-commands.md': 'packages/cli/src/completion/shells.test.ts',
  'debug-with-breakpoints.md': 'packages/cli/test/samples/dev.guide.test.ts',
  'deploy-to-aws.md': 'packages/infra/src/aws-guide.test.ts',
  'deploy-with-gitops.md': 'packages/infra/test/deploy-eks.infra.test.ts',
  'develop.md': 'packages/cli/test/samples/dev.guide.test.ts',
  'fork.md': 'packages/cli/test/samples/fork.guide.test.ts',
  'operate-on-aws.md': 'packages/infra/src/aws-guide.test.ts',
  'push-an-image.md': 'packages/targets/test/registry.e2e.test.ts',
  'roll-out-from-a-pipeline.md': 'packages/cli/test/samples/canary.endurance.test.ts',
  'run-ci-for-a-fork.md': '.github/workflows/test.yaml',
  'run-on-a-slow-machine.md': 'packages/kubernetes/src/time-limits.test.ts',
  'see-the-traffic.md': 'packages/cli/test/samples/view.e2e.test.ts',
  'upgrade.md': 'packages/cli/src/docs/upgrade.test.ts',
  'use-a-mirror.md': 'packages/targets/src/image-sources.test.ts',
  'use-kind.md': '.github/workflows/test.yaml',
  'use-skaffold.md': 'packages/cli/test/skaffold.e2e.test.ts',
  'use-your-cluster.md': 'packages/cli/test/context.e2e.test.ts',
};

test('the commands of each task page run in pages.e2e.test.ts, or in a test that is there', () => {
  const followed = pages.filter((file) => parsePage(textOf(file)).blocks.some(({ language }) => language === 'console'));
  expect(pages.filter((file) => !followed.includes(file))).toEqual(Object.keys(ELSEWHERE).map((name) => `docs/how-to/${name}`));
  expect(Object.values(ELSEWHERE).filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
});

test.each(pages.filter((file) => /kubectl -- (create|apply) -f/.test(textOf(file))))(
  '%s names the place in the repository for its objects',
  (file) => expect(textOf(file)).toMatch(/commit [^.]*`deploy\/[^`]*\.yaml`/),
);

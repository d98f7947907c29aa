import { load } from 'js-yaml';

/** Rules that actionlint does not check: pins, permissions, and no secret for code of a fork. */
export function workflowFaults(text: string): readonly string[] {
  const workflow = load(text) as Workflow;
  const events = typeof workflow.on === 'object' && workflow.on !== null ? Object.keys(workflow.on) : [];
  const jobs = Object.entries(workflow.jobs);
  return [
    ...unpinned(text),
    ...(Object.keys(workflow.permissions ?? { all: 'write' }).length > 0 ? ['the workflow itself must have no permission'] : []),
    ...jobs.filter(([, job]) => job.permissions === undefined).map(([name]) => `${name}: states no permissions`),
    ...jobs.filter(([, job]) => job['timeout-minutes'] === undefined).map(([name]) => `${name}: has no bound in time`),
    ...(events.includes('pull_request_target') ? ['pull_request_target gives the code of a fork our token'] : []),
    ...(/\$\{\{\s*secrets\./.test(text) ? ['a secret is used; the roles in AWS need none'] : []),
    ...credentialsKept(jobs),
    ...deployments(jobs),
    ...tagsPushedAgain(jobs),
  ];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly environment?: unknown;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix?: { readonly environment?: unknown } };
  readonly steps?: readonly { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }[];
}

const unpinned = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => /^\s*(- )?uses:/.test(line))
    .filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
    .map((line) => `not pinned by a commit, with its version as a comment: ${line.trim()}`);

const credentialsKept = (jobs: readonly (readonly [string, Job])[]): readonly string[] =>
  jobs
    .filter(([, { steps = [] }]) =>
      steps.some((step) => step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false),
    )
    .map(([name]) => `${name}: the checkout leaves its token on the disk`);

const scriptOf = ({ steps = [] }: Job): string => steps.map(({ run = '' }) => run).join('\n');

/** A job that deploys to environments of GitHub: a fork sets their names, reviewers approve, and the job applies the plan that they saw. */
const deployments = (jobs: readonly (readonly [string, Job])[]): readonly string[] => {
  const asksReviewers = jobs.filter(([, job]) => scriptOf(job).includes('required_reviewers')).map(([name]) => name);
  return jobs.flatMap(([name, job]) => [
    ...(Array.isArray(job.strategy?.matrix?.environment)
      ? [`${name}: names environments that a fork may not have; read them from a variable`]
      : []),
    ...(job.environment !== undefined && ![job.needs ?? []].flat().some((needed) => asksReviewers.includes(needed))
      ? [`${name}: nothing before it checks that its environment has required reviewers`]
      : []),
    ...(/\bapply\b.*-auto-approve/.test(scriptOf(job)) ? [`${name}: applies a plan without a review; apply the saved one`] : []),
  ]);
};

/** A registry with immutable tags refuses the second push of a commit. */
const tagsPushedAgain = (jobs: readonly (readonly [string, Job])[]): readonly string[] =>
  jobs
    .filter(([, job]) => /buildx build[\s\S]*--push/.test(scriptOf(job)) && !scriptOf(job).includes('ecr describe-images'))
    .map(([name]) => `${name}: pushes a tag without a look whether it is there`);

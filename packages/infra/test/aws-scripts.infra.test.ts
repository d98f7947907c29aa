import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { checkout, run } from '@mesh-platform/targets';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { terraformFolder } from '../src/hcl/terraform-module.ts';
import { type AwsStandIn, startAwsStandIn } from '../src/tools/aws-stand-in.ts';

const NAME = 'documents-dev';
let aws: AwsStandIn;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-aws-'));
  aws = await startAwsStandIn(folder, silent);
  await cp(join(terraformFolder, 'live'), join(folder, 'live'), { recursive: true, filter: (source) => !source.includes('.terraform') });
  await program('tofu', `echo "$@" >> ${join(folder, 'tofu.log')}`);
}, 900_000);

afterAll(async () => {
  await aws?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const program = async (name: string, text: string) => {
  await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
  await chmod(join(folder, name), 0o755);
};
const ask = (...args: string[]) => run(join(folder, 'bin/aws'), args, { env: aws.environment, timeout: 60_000 });
const script = (name: string, ...args: string[]) =>
  run(join(folder, 'live', name), args, { env: { ...aws.environment, TOFU: join(folder, 'tofu') }, timeout: 120_000 });
const identifiers = async () =>
  JSON.parse(await ask('rds', 'describe-db-instances', '--query', 'DBInstances[].DBInstanceIdentifier')).sort() as string[];

it('a restored database takes the name of the old one, and OpenTofu forgets the old one', async () => {
  await ask('ec2', 'create-vpc', '--cidr-block', '10.0.0.0/16');
  const group = JSON.parse(await ask('ec2', 'create-security-group', '--group-name', 'database', '--description', 'x')).GroupId;
  const subnets = JSON.parse(await ask('ec2', 'describe-subnets', '--query', 'Subnets[:2].SubnetId')) as string[];
  await ask(
    'rds',
    'create-db-subnet-group',
    '--db-subnet-group-name',
    NAME,
    '--db-subnet-group-description',
    'x',
    '--subnet-ids',
    ...subnets,
  );
  const made = [
    '--db-instance-class',
    'db.t4g.medium',
    '--engine',
    'postgres',
    '--allocated-storage',
    '20',
    '--backup-retention-period',
    '7',
  ];
  const secret = ['--master-username', 'postgres', '--master-user-password', crypto.randomUUID()];
  const place = ['--db-subnet-group-name', NAME, '--vpc-security-group-ids', group];
  await ask('rds', 'create-db-instance', '--db-instance-identifier', NAME, ...made, ...secret, ...place);

  await script('restore-database', 'dev', 'start', '2026-11-30T04:00:00Z');
  expect(await identifiers()).toEqual([NAME, `${NAME}-restored`]);
  await expect(script('restore-database', 'dev', 'start', '2026-11-30T04:00:00Z')).rejects.toThrow('restored exists');

  await script('restore-database', 'dev', 'finish');
  expect(await identifiers()).toEqual([NAME, `${NAME}-before`]);
  expect(await readFile(join(folder, 'tofu.log'), 'utf8')).toContain('state rm module.database.aws_db_instance.this');
  await script('restore-database', 'dev', 'finish'); // once more: nothing is renamed again
  expect(await identifiers()).toEqual([NAME, `${NAME}-before`]);
}, 600_000);

it('a tunnel goes through a node that runs, and fails with a hint where no node does', async () => {
  const role = 'arn:aws:iam::123456789012:role/x';
  await ask('eks', 'create-cluster', '--name', NAME, '--role-arn', role, '--resources-vpc-config', 'subnetIds=subnet-1,subnet-2');
  await expect(script('tunnel', 'dev')).rejects.toThrow('no node is running');

  const tags = `ResourceType=instance,Tags=[{Key=eks:cluster-name,Value=${NAME}}]`;
  const image = JSON.parse(await ask('ec2', 'describe-images', '--query', 'Images[0].ImageId')) as string;
  const { Instances } = JSON.parse(await ask('ec2', 'run-instances', '--image-id', image, '--tag-specifications', tags));
  await program('aws', `case "$1" in ssm) echo "$@";; *) exec ${join(folder, 'bin/aws')} "$@";; esac`);
  const environment = { ...aws.environment, PATH: `${folder}:${aws.environment.PATH}` };
  const session = await run(join(folder, 'live/tunnel'), ['dev', '9443'], { env: environment, timeout: 120_000 });
  expect(session).toContain(`--target ${Instances[0].InstanceId}`);
  expect(session).toMatch(/host=\S+,portNumber=443,localPortNumber=9443/);
  expect(session).not.toContain('host=https://');
}, 600_000);

it('the apply of a push takes the plan that was saved for it, from the bucket of the state', async () => {
  const { jobs } = load(await readFile(join(checkout, '.github/workflows/terraform.yaml'), 'utf8')) as {
    jobs: Record<'plan' | 'apply', { steps: { run?: string }[] }>;
  };
  const step = (job: 'plan' | 'apply') => jobs[job].steps.find(({ run: text }) => text?.includes('aws s3 cp'))?.run ?? '';
  const [bucket] = /(?<=bucket = ")[^"]+/.exec(await readFile(join(folder, 'live/dev/backend.hcl'), 'utf8')) ?? [];
  await ask('s3', 'mb', `s3://${bucket}`);
  const checkedOut = join(folder, 'checkout');
  await cp(join(folder, 'live'), join(checkedOut, 'infra/terraform/live'), { recursive: true });
  await program('tofu', `[ "$1" = apply ] && cat "$2" > ${join(folder, 'applied')}; true`);
  const [planned, applying] = await Promise.all(['planned', 'applying'].map((name) => mkdtemp(join(folder, `${name}-`))));
  const env = { ...aws.environment, TOFU: join(folder, 'tofu'), ENVIRONMENT: 'dev', GITHUB_RUN_ID: '7' };
  await writeFile(join(planned ?? '', 'saved.tfplan'), 'what reviewers saw');
  await run('bash', ['-e', '-c', step('plan')], { cwd: checkedOut, env: { ...env, RUNNER_TEMP: planned }, timeout: 60_000 });
  const live = join(checkedOut, 'infra/terraform/live');
  await run('bash', ['-e', '-c', step('apply')], { cwd: live, env: { ...env, RUNNER_TEMP: applying }, timeout: 60_000 });
  expect(await readFile(join(folder, 'applied'), 'utf8')).toBe('what reviewers saw');
  const another = { ...env, GITHUB_RUN_ID: '8', RUNNER_TEMP: applying };
  await expect(run('bash', ['-e', '-c', step('apply')], { cwd: live, env: another, timeout: 60_000 })).rejects.toThrow();
}, 600_000);

it('a second run of a commit finds what the first one pushed, and a first run finds nothing', async () => {
  const workflow = load(await readFile(join(checkout, '.github/workflows/images.yaml'), 'utf8')) as {
    jobs: { image: { steps: { id?: string; run?: string }[] } };
  };
  const step = workflow.jobs.image.steps.find(({ id }) => id === 'pushed')?.run ?? '';
  const output = join(folder, 'output');
  const env = { ...aws.environment, PREFIX: NAME, IMAGE: 'web-v1', GITHUB_SHA: 'abc', RUNNER_TEMP: folder, GITHUB_OUTPUT: output };
  const look = async () => {
    await writeFile(output, '');
    await run('bash', ['-e', '-c', step], { env, timeout: 60_000 });
    return readFile(output, 'utf8');
  };
  await expect(look()).rejects.toThrow(); // no repository is no image that is missing
  await ask('ecr', 'create-repository', '--repository-name', `${NAME}/web-v1`);
  expect(await look()).toBe('digest=\n');
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config: {}, layers: [] });
  await ask('ecr', 'put-image', '--repository-name', `${NAME}/web-v1`, '--image-manifest', manifest, '--image-tag', 'git-abc');
  expect(await look()).toMatch(/^digest=sha256:[0-9a-f]{64}\n$/);
}, 600_000);

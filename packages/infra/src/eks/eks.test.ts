import { X509Certificate } from 'node:crypto';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { defineMesh } from '@mesh-platform/mesh';
import { expect, it } from 'vitest';
import { awsObjects } from './aws-objects.ts';
import { databaseRole } from './database-role.ts';
import { rdsAuthorities } from './deploy-files.ts';
import { readOutputs } from './outputs.ts';
import { eksSettings } from './settings.ts';

const mesh = defineMesh({
  name: 'shop',
  namespace: 'shop',
  services: {
    web: { protocol: 'http', port: 8080, versions: ['v1'], calls: { records: {} } },
    records: { protocol: 'tcp', port: 5433, versions: ['v1'], stateful: true },
  },
});
const outputs = {
  region: 'us-east-1',
  cluster_name: 'x',
  repositories: { 'web-v1': '1.dkr.ecr.us-east-1.amazonaws.com/x/web-v1' },
  database: {
    host: 'x.us-east-1.rds.amazonaws.com',
    port: 5432,
    database: 'x',
    client_security_group_id: 'sg-1',
    client_logins: { web: { active: 'x/database/web_1', idle: 'x/database/web_2' } },
    client_password_version: 1,
    master_secret_arn: 'arn:x',
  },
  node_security_group_id: 'sg-2',
  edge: { url: 'https://x.example.com', target_group_arn: 'arn:y', redirect_target_group_arn: 'arn:z' },
};

it('the authorities of a region are its own roots, valid for decades, and vouch for themselves', () => {
  const all = rdsAuthorities('eu-central-1')
    .split(/(?<=-----END CERTIFICATE-----)\n/)
    .filter(Boolean)
    .map((pem) => new X509Certificate(pem));
  expect(all.map(({ subject }) => /^CN=(.*)$/m.exec(subject)?.[1]).sort()).toEqual(
    ['ECC384', 'RSA2048', 'RSA4096'].map((kind) => `Amazon RDS eu-central-1 Root CA ${kind} G1`),
  );
  for (const certificate of all) {
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(new Date(certificate.validTo).getFullYear()).toBeGreaterThan(2050);
  }
});

it('a region that Amazon has no authority for is refused', () => {
  expect(() => rdsAuthorities('xx-nowhere-1')).toThrow('no authority for the region xx-nowhere-1');
});

it('an image without a digest is refused by name', () => {
  const { image } = eksSettings('eks-prod', outputs, { 'web-v1': 'latest' }, mesh);
  expect(() => image('web', 'v1')).toThrow('the image web-v1 has no digest');
  expect(() => image('web', 'v1')).toThrow(expect.objectContaining({ hint: expect.stringContaining('environments/eks-prod/images.json') }));
  expect(() => image('core', 'v1')).toThrow('the image core-v1 has no repository');
});

it('every service of ours may send its traces, and the database may not', () => {
  expect(eksSettings('eks-prod', outputs, {}, mesh).externals.collector.calledBy).toEqual(['web']);
});

it('an output that Terraform does not give is named', () => {
  const json = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
  expect(readOutputs(json)).toEqual(outputs);
  expect(() => readOutputs({ ...json, edge: { value: null } })).toThrow('have no edge');
  expect(readOutputs({ ...json, image_cache: { value: null } })).toEqual(outputs); // Terraform's null: none is configured
  expect(readOutputs({ ...json, image_cache: { value: 'x/cache' } }).image_cache).toBe('x/cache');
});

const stock = { service: 'stock', database: 'goods' };
const web = { service: 'web', database: 'pages' };
const withSecrets = {
  ...outputs,
  database: {
    ...outputs.database,
    client_logins: { ...outputs.database.client_logins, stock: { active: 'x/database/stock_1', idle: 'x/database/stock_2' } },
  },
};
const namesOf = (objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata?.name);

it('each client of the database has its password in its namespace and the job’s, and pods that the database answers', () => {
  const place = { namespace: 'shop', clients: [stock, web], secrets: [], authorities: 'PEM' };
  const objects = awsObjects(withSecrets, place);
  expect(namesOf(objects, 'ExternalSecret')).toEqual(['postgres-stock', 'postgres-web']);
  expect(namesOf(objects, 'SecurityGroupPolicy')).toEqual(['stock', 'web']);
  const job = databaseRole(withSecrets, place, 'image');
  expect(namesOf(job, 'ExternalSecret')).toEqual(['postgres-master', 'postgres-stock', 'postgres-web']);
  expect(JSON.stringify(job)).toContain('{"name":"CLIENTS","value":"stock=goods,web=pages"}');
});

it('a rotation is another job, whose Secrets are copied at once, and gives the service the other login', () => {
  const place = { namespace: 'shop', clients: [web], secrets: [], authorities: 'PEM' };
  const rotated = {
    ...outputs,
    database: {
      ...outputs.database,
      client_logins: { web: { active: 'x/database/web_2', idle: 'x/database/web_1' } },
      client_password_version: 2,
    },
  };
  const jobOf = (one: typeof outputs) => databaseRole(one, place, 'image');
  expect(namesOf(jobOf(rotated), 'Job')).not.toEqual(namesOf(jobOf(outputs), 'Job'));
  const copied = jobOf(rotated).find(({ metadata }) => metadata?.name === 'postgres-web');
  expect(copied).toMatchObject({
    metadata: { namespace: 'database-admin', annotations: { 'mesh.platform/password-version': '2' } },
    spec: {
      data: [
        { secretKey: 'active', remoteRef: { key: 'x/database/web_2' } },
        { secretKey: 'idle', remoteRef: { key: 'x/database/web_1' } },
      ],
    },
  });
  expect(awsObjects(rotated, place).find(({ metadata }) => metadata?.name === 'postgres-web')).toMatchObject({
    spec: { data: [{ secretKey: 'login', remoteRef: { key: 'x/database/web_2' } }, { remoteRef: { property: 'password' } }] },
  });
});

it('a client that Terraform has made no password for is named', () => {
  expect(() => awsObjects(outputs, { namespace: 'shop', clients: [stock], secrets: [], authorities: 'PEM' })).toThrow(
    'have no password of stock',
  );
});

it('another client is another job, since a job cannot be changed; without a client there is none', () => {
  const jobFor = (...clients: (typeof stock)[]) => namesOf(databaseRole(withSecrets, { clients, authorities: 'PEM' }, 'image'), 'Job');
  expect(jobFor(stock)).toEqual(jobFor(stock));
  expect(jobFor(stock, web)).not.toEqual(jobFor(stock));
  expect(databaseRole(withSecrets, { clients: [], authorities: 'PEM' }, '')).toEqual([]);
});

it('a random Secret of a service is generated once in the cluster', () => {
  const secrets = [{ service: 'web', name: 'web-salt', key: 'value' }];
  const objects = awsObjects(outputs, { namespace: 'shop', clients: [], secrets, authorities: 'PEM' });
  expect(namesOf(objects, 'Password')).toEqual(['salt']);
  expect(objects.find(({ kind }) => kind === 'ExternalSecret')).toMatchObject({
    metadata: { name: 'web-salt', namespace: 'shop' },
    spec: { refreshInterval: '0s', target: { name: 'web-salt', template: { data: { value: '{{ .password }}' } } } },
  });
});

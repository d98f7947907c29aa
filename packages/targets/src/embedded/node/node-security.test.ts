import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../../process/run.ts';
import { instanceAt } from '../instance.ts';
import { certificatesScript } from './certificates.ts';
import { components } from './components.ts';
import { configurationFiles } from './configuration-files.ts';
import { layout } from './layout.ts';

const address = '172.31.255.2';
const timeout = 60_000;

const instance = instanceAt('tested', 0);
const files = configurationFiles(address, 'localhost/mesh-platform/pause@sha256:0');
const json = (path: string) => JSON.parse(files.get(path) ?? '{}');
const kubelet = json(`${layout.configuration}/kubelet.yaml`);
const kubeProxy = json(`${layout.configuration}/kube-proxy.yaml`);

/** The flags of a component, by name. */
function flagsOf(name: string): ReadonlyMap<string, string> {
  const component = components(instance).find((one) => one.name === name);
  if (!component) throw new Error(`no component ${name}`);
  return new Map(component.command.slice(1).map((flag) => /^--([^=]+)=(.*)$/.exec(flag)?.slice(1) as [string, string]));
}

let pki = '';
beforeAll(async () => {
  pki = await mkdtemp(join(tmpdir(), 'mesh-platform-pki-'));
  await run('sh', ['-c', certificatesScript(address)], { cwd: pki, timeout });
}, timeout);
afterAll(() => rm(pki, { recursive: true, force: true }));

const verifies = (name: string, authority: string): Promise<boolean> =>
  run('openssl', ['verify', '-CAfile', join(pki, `${authority}.crt`), join(pki, `${name}.crt`)], { timeout }).then(
    () => true,
    () => false,
  );
const certificate = (name: string) => new X509Certificate(readFileSync(join(pki, `${name}.crt`)));

test('the API server rejects requests without credentials, and checks permissions', () => {
  const flags = flagsOf('kube-apiserver');
  expect(flags.get('anonymous-auth')).toBe('false');
  expect(flags.get('authorization-mode')).toBe('Node,RBAC');
  expect(flags.get('enable-admission-plugins')).toContain('NodeRestriction');
  expect(flags.get('client-ca-file')).toBe(`${layout.pki}/ca.crt`);
  expect(flags.get('profiling')).toBe('false');
  expect(flags.has('insecure-port')).toBe(false);
});

test('the API server verifies the kubelet that it calls, and the proxy that it trusts is one name', () => {
  const flags = flagsOf('kube-apiserver');
  expect(flags.get('kubelet-certificate-authority')).toBe(`${layout.pki}/ca.crt`);
  expect(flags.get('requestheader-allowed-names')).toBe('front-proxy-client');
});

test('pods have links of their own instead of a bridge, and no IPv6 where the kernel has it', () => {
  const pluginsWith = (hasIpv6: boolean) =>
    JSON.parse(configurationFiles(address, 'any', hasIpv6).get(`${layout.cniConfiguration}/10-pods.conflist`) ?? '{}').plugins;
  const tuning = {
    type: 'tuning',
    sysctl: { 'net.ipv6.conf.all.disable_ipv6': '1', 'net.ipv6.conf.default.disable_ipv6': '1' },
  };
  expect(pluginsWith(true).slice(0, 2)).toEqual([expect.objectContaining({ type: 'ptp' }), tuning]);
  expect(pluginsWith(false).map(({ type }: { type: string }) => type)).toEqual(['ptp', 'portmap', 'loopback']);
});

test('a slow machine has its node taken for lost later, by the factor', () => {
  const grace = () => flagsOf('kube-controller-manager').get('node-monitor-grace-period');
  expect(grace()).toBe('50s');
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '4');
  expect(grace()).toBe('200s');
});

test('etcd wants certificates of its own authority from clients and peers', () => {
  const flags = flagsOf('etcd');
  expect(flags.get('client-cert-auth')).toBe('true');
  expect(flags.get('peer-client-cert-auth')).toBe('true');
  for (const flag of ['trusted-ca-file', 'peer-trusted-ca-file']) expect(flags.get(flag)).toBe(`${layout.pki}/etcd-ca.crt`);
  expect(flagsOf('kube-apiserver').get('etcd-cafile')).toBe(`${layout.pki}/etcd-ca.crt`);
});

test('etcd listens only on the node’s loopback, with TLS', () => {
  const urls = [...flagsOf('etcd')].filter(([name]) => name.endsWith('-urls')).map(([, value]) => value);
  expect(urls).toHaveLength(3);
  for (const url of urls) expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
});

test.each(['kube-controller-manager', 'kube-scheduler'])('%s listens only on the node’s loopback', (name) => {
  const flags = flagsOf(name);
  expect(flags.get('bind-address')).toBe('127.0.0.1');
  expect(flags.get('profiling')).toBe('false');
  expect(flags.has('authorization-always-allow-paths')).toBe(false);
});

test('the kubelet rejects requests without credentials, and checks permissions with the API server', () => {
  expect(kubelet.authentication.anonymous.enabled).toBe(false);
  expect(kubelet.authentication.webhook.enabled).toBe(true);
  expect(kubelet.authentication.x509.clientCAFile).toBe(`${layout.pki}/ca.crt`);
  expect(kubelet.authorization.mode).toBe('Webhook');
});

test('the kubelet has no port that needs no credentials', () => {
  expect(kubelet.readOnlyPort ?? 0).toBe(0);
  expect(kubelet.healthzBindAddress ?? '127.0.0.1').toBe('127.0.0.1');
  const flags = flagsOf('kubelet');
  expect(flags.get('config')).toBe(`${layout.configuration}/kubelet.yaml`);
  for (const flag of ['read-only-port', 'anonymous-auth', 'authorization-mode', 'healthz-bind-address'])
    expect(flags.has(flag)).toBe(false);
});

test('kube-proxy serves its endpoints without credentials only on the node’s loopback', () => {
  expect(kubeProxy.healthzBindAddress).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(kubeProxy.metricsBindAddress).toMatch(/^127\.0\.0\.1:\d+$/);
});

test('every configuration file that a component names is written', () => {
  const named = components(instance).flatMap(({ command }) => [
    ...command.join(' ').matchAll(/\/etc\/kubernetes\/[\w-]+(?:\.[a-z]+)?(?= |$)/g),
  ]);
  expect(named.length).toBeGreaterThan(6);
  for (const [path] of named) expect([...files.keys()]).toContain(path);
});

test('every user of a kubeconfig has a certificate that names it', () => {
  const users = [...files.keys()].filter((path) => path.endsWith('.kubeconfig')).map((path) => basename(path, '.kubeconfig'));
  expect(users).toHaveLength(5);
  for (const user of users) {
    expect(certificate(user).subject).toContain(
      user === 'kubelet' ? 'CN=system:node:node' : `CN=system:${user.replace(/^(controller-manager|scheduler)$/, 'kube-$1')}`,
    );
    const config = json(`${layout.configuration}/${user}.kubeconfig`);
    expect(config.users[0].user).toEqual({
      'client-certificate': `${layout.pki}/${user}.crt`,
      'client-key': `${layout.pki}/${user}.key`,
    });
    expect(config.clusters[0].cluster).toEqual({ server: 'https://127.0.0.1:6443', 'certificate-authority': `${layout.pki}/ca.crt` });
  }
});

test('every key and certificate that a component or a file names is made', async () => {
  const text = [...components(instance).flatMap(({ command }) => command), ...files.values()].join('\n');
  const named = new Set([...text.matchAll(/\/etc\/kubernetes\/pki\/([\w.-]+)/g)].map(([, name]) => name));
  expect(named.size).toBeGreaterThan(20);
  const made = await readdir(pki);
  for (const name of named) expect(made).toContain(name);
});

test('each certificate verifies against its own authority and against no other', async () => {
  const names = (await readdir(pki)).filter((name) => name.endsWith('.crt')).map((name) => basename(name, '.crt'));
  const issued = names.filter((name) => !['ca', 'etcd-ca'].includes(name));
  expect(issued).toHaveLength(11);
  for (const name of issued) {
    const ofEtcd = ['etcd', 'etcd-client'].includes(name);
    expect([name, await verifies(name, 'ca'), await verifies(name, 'etcd-ca')]).toEqual([name, !ofEtcd, ofEtcd]);
  }
});

test('the administrator’s certificate does not open etcd', async () => {
  expect(await verifies('admin', 'ca')).toBe(true);
  expect(await verifies('admin', 'etcd-ca')).toBe(false);
});

test('only the administrator and the API server’s own client are in system:masters', async () => {
  const names = (await readdir(pki)).filter((name) => name.endsWith('.crt')).map((name) => basename(name, '.crt'));
  const masters = names.filter((name) => certificate(name).subject?.includes('O=system:masters'));
  expect(masters.toSorted()).toEqual(['admin', 'kubelet-client']);
});

test('the API server’s certificate is good for every name and address by which it is called', () => {
  const apiServer = certificate('apiserver');
  for (const name of ['kubernetes.default.svc', 'localhost']) expect(apiServer.checkHost(name)).toBe(name);
  for (const ip of ['127.0.0.1', layout.kubernetesService, address]) expect(apiServer.checkIP(ip)).toBe(ip);
  expect(certificate('kubelet').checkHost(layout.nodeName)).toBe(layout.nodeName);
});

test('no two certificates of an authority share a serial number', async () => {
  const names = (await readdir(pki)).filter((name) => name.endsWith('.crt')).map((name) => basename(name, '.crt'));
  expect(new Set(names.map((name) => certificate(name).serialNumber)).size).toBe(names.length);
});

test('only the owner can read the folder, which contains only keys and certificates', async () => {
  const made = await readdir(pki);
  expect(made.length).toBeGreaterThan(20);
  for (const name of made) {
    expect(name).toMatch(/\.(crt|key|pub)$/);
    expect([name, (await stat(join(pki, name))).mode & 0o077]).toEqual([name, 0]);
  }
});

import { PlatformError } from '@mesh-platform/kubernetes';
import { isDuration, ownerOfName, RESERVED_NAMES, versionName } from '../names.ts';
import { HEALTH_PORT, retryConditions } from './mesh.ts';
import { checkMeshShape } from './shape.ts';
import { type CallSpec, type EntrySpec, entryOf, type MeshSpec, type RetriesSpec, type ServiceSpec } from './spec.ts';

/** https://datatracker.ietf.org/doc/html/rfc1123#section-2.1, as Kubernetes reads it; a service's name must start with a letter. */
const DNS_LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const VERSION = /^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/;
const MAX_PORT = 65_535;
const MAX_ATTEMPTS = 10;

/** Checks at run time what types check at compile time, and what they cannot. Throws a PlatformError at the first error. */
export function validate(spec: MeshSpec): void {
  checkMeshShape(spec);
  name('the topology', spec.name);
  name('the namespace', spec.namespace);
  if (Object.keys(spec.services ?? {}).length === 0) fail('the topology has no services', "name at least one under 'services'");
  for (const [service, it] of Object.entries(spec.services)) validateService(service, it, spec);
  validateWorkloadNames(spec);
  for (const [external, { hosts, port: number }] of Object.entries(spec.externals ?? {})) {
    name(`external '${external}'`, external);
    if (entryOf(spec.services, external)) fail(`'${external}' is both a service and an external`, 'give one of them another name');
    if (hosts.length === 0) fail(`external '${external}' has no hosts`, 'name at least one DNS name');
    port(`external '${external}'`, number);
  }
  if (spec.gateway) validateEntry(spec.gateway, spec);
  for (const [service, weights] of Object.entries(spec.weights ?? {})) validateWeights(service, weights, spec);
}

function validateService(service: string, { protocol, port: number, versions, stateful, calls = {} }: ServiceSpec, spec: MeshSpec): void {
  const where = `service '${service}'`;
  name(where, service);
  const owner = ownerOfName(service);
  if (owner) fail(`${where} has a name that is reserved: ${owner}`, `choose another: ${RESERVED_NAMES.join(', ')} are taken`);
  port(where, number);
  if (protocol === 'grpc' && number === HEALTH_PORT)
    fail(`${where} speaks grpc on port ${HEALTH_PORT}, where it answers probes`, 'give it another port, such as 9090');
  if (versions.length === 0) fail(`${where} has no versions`, "name at least one, such as versions: ['v1']");
  const wrong = versions.find((version) => !VERSION.test(version));
  if (wrong !== undefined) fail(`${where} has the version '${wrong}'`, 'use up to 22 lower-case letters, digits and dashes');
  if (new Set(versions).size < versions.length) fail(`${where} has a duplicate version`, 'name each version once');
  if (stateful && versions.length > 1)
    fail(`${where} is stateful and has ${versions.length} versions`, 'data has one owner: leave one version');
  for (const [to, call] of Object.entries(calls)) validateCall(service, to, call, spec);
}

/** Service `a` in version `b-v1` and service `a-b` in version `v1` would be one Deployment. */
function validateWorkloadNames({ services }: MeshSpec): void {
  const owners = new Map<string, string>();
  for (const [service, { versions }] of Object.entries(services))
    for (const version of versions) {
      const workload = versionName(service, version);
      const other = owners.get(workload);
      if (other !== undefined)
        fail(`services '${other}' and '${service}' both have a version that is deployed as '${workload}'`, 'rename one of the versions');
      owners.set(workload, service);
    }
}

function validateCall(from: string, to: string, call: CallSpec, spec: MeshSpec): void {
  const where = `service '${from}', call to '${to}'`;
  const callee = entryOf(spec.services, to);
  if (!callee && !entryOf(spec.externals, to)) {
    const known = [...Object.keys(spec.services), ...Object.keys(spec.externals ?? {})].filter((other) => other !== from);
    fail(`service '${from}' calls '${to}', which is not there`, `name one of ${known.join(', ') || 'the services'}`);
  }
  const protocol = callee?.protocol ?? 'tcp';
  if (protocol === 'tcp') {
    const unused = Object.keys(call)[0];
    if (unused) fail(`${where} has ${unused}, which a TCP connection does not have`, `remove it: ${to}: {}`);
    return;
  }
  if (call.timeout === undefined) fail(`${where} has no timeout`, "set one, such as timeout: '2s'");
  validatePolicy(where, call);
}

function validateEntry(entry: EntrySpec, { services }: MeshSpec): void {
  const callee = entryOf(services, entry.to);
  if (!callee) fail(`the gateway leads to '${entry.to}', which is not there`, `name one of ${Object.keys(services).join(', ')}`);
  if (callee.protocol === 'tcp')
    fail(`the gateway leads to '${entry.to}', which speaks tcp`, 'lead it to a service that speaks http or grpc');
  validateHosts('the gateway', entry.hosts);
  if (entry.pods) for (const [what, text] of Object.entries(entry.pods)) name(`the gateway's ${what}`, text);
  validatePolicy('the gateway', entry);
  if (entry.sticky && !entry.sticky.assets.includes('{version}'))
    fail(`the gateway's sticky assets '${entry.sticky.assets}' have no {version}`, "write a path such as '/assets/{version}/'");
  if (entry.sticky && !/^[A-Za-z0-9_-]+$/.test(entry.sticky.cookie))
    fail(`the gateway's sticky cookie '${entry.sticky.cookie}' is no name`, 'use letters, digits, _ and -');
}

/** Throws a PlatformError that names the place and the first host that no gateway can answer to. */
export function validateHosts(where: string, hosts: readonly string[] = []): void {
  const [problem] = hosts.flatMap((host) => hostProblem(host) ?? []);
  if (problem) fail(`${where}, hosts: ${problem.message}`, problem.hint);
}

function validatePolicy(where: string, { timeout, retries, methods = {} }: CallSpec): void {
  duration(`${where}, timeout`, timeout);
  validateRetries(where, retries);
  for (const [key, spec] of Object.entries(methods)) {
    duration(`${where}, methods '${key}', timeout`, spec.timeout);
    validateRetries(`${where}, methods '${key}'`, spec.retries);
  }
}

function validateRetries(where: string, retries: RetriesSpec | undefined): void {
  if (!retries) return;
  const { attempts, perTry, on = [] } = retries;
  if (!Number.isInteger(attempts) || attempts < 0 || attempts > MAX_ATTEMPTS)
    fail(`${where}, retries: attempts is ${attempts}`, `use a whole number from 0 to ${MAX_ATTEMPTS}`);
  duration(`${where}, retries, perTry`, perTry);
  const unknown = on.find((condition) => !(retryConditions as readonly string[]).includes(condition));
  if (unknown !== undefined) fail(`${where}, retries: '${unknown}' is no condition`, `use some of ${retryConditions.join(', ')}`);
}

function validateWeights(service: string, weights: Readonly<Record<string, number>>, { services }: MeshSpec): void {
  const known = entryOf(services, service);
  if (!known) fail(`weights are given for '${service}', which is not there`, `name one of ${Object.keys(services).join(', ')}`);
  for (const [version, percent] of Object.entries(weights)) {
    if (!known.versions.includes(version))
      fail(`weights of '${service}' name the version '${version}', which it does not have`, `name one of ${known.versions.join(', ')}`);
    if (!Number.isInteger(percent) || percent < 0 || percent > 100)
      fail(`the weight of '${service}' ${version} is ${percent}`, 'use a whole percent from 0 to 100');
  }
  const total = Object.values(weights).reduce((sum, percent) => sum + percent, 0);
  if (total !== 100) fail(`the weights of '${service}' add up to ${total}`, 'let them add up to 100');
}

function name(where: string, text: string): void {
  if (!DNS_LABEL.test(text)) fail(`${where} is named '${text}'`, 'use up to 63 lower-case letters, digits and dashes, a letter first');
}

function port(where: string, number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > MAX_PORT)
    fail(`${where} has the port ${number}`, `use a whole number from 1 to ${MAX_PORT}`);
}

function duration(where: string, text: string | undefined): void {
  if (text !== undefined && (!isDuration(text) || /^0+[a-z]/.test(text)))
    fail(`${where} is '${text}'`, 'write a length of time such as 600ms, 2s or 1m');
}

function fail(message: string, hint: string): never {
  throw new PlatformError(message, hint);
}

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
/** A DNS name of two labels or more, or an IPv4 address, or a DNS name with `*` for its first label. https://datatracker.ietf.org/doc/html/rfc1123#section-2.1 */
const HOST = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})+$`);
const MAX_LENGTH = 253;

/** The error in a host of a gateway, and the fix. */
export interface HostProblem {
  readonly message: string;
  readonly hint: string;
}

/** Undefined for a DNS name, an IPv4 address, `*.example.com`, and `*` for any host. */
export function hostProblem(host: string): HostProblem | undefined {
  const problem = (message: string, hint: string) => ({ message: `invalid host '${host}': ${message}`, hint });
  if (host === '*') return undefined;
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(host)?.[0];
  if (scheme) return problem('it has a scheme', `write only the name: '${host.slice(scheme.length).split(/[/:]/)[0]}'`);
  if (host.includes('/')) return problem('it has a path', `write only the name: '${host.split('/')[0]}'`);
  if (/:.*:/.test(host)) return problem('IPv6 addresses are not supported', 'write a DNS name or an IPv4 address');
  if (host.includes(':')) return problem('it has a port', `write only the name, which covers any port: '${host.split(':')[0]}'`);
  if (/[A-Z]/.test(host)) return problem('it has upper-case letters', `write '${host.toLowerCase()}': hosts are compared in lower case`);
  if (host.replace(/^\*\./, '').includes('*'))
    return problem('* stands for a whole first label only', "write '*.example.com', or name each host");
  if (host === 'localhost')
    return problem('Istio takes no name without a dot', "write '127.0.0.1': the gateway then answers to localhost too");
  if (!HOST.test(host) || host.length > MAX_LENGTH)
    return problem('it is not a DNS name', "write a name such as 'shop.example.com', or an IPv4 address");
  return undefined;
}

import { UsageError } from '@mesh-platform/kubernetes';
import { type Mesh, ownerOfName, RESERVED_NAMES } from '@mesh-platform/mesh';

/** Longer ones would not leave room for a version, a ReplicaSet's hash and a pod's in the 63 characters of a label. */
const LONGEST = 40;
const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
/** Names that this repository uses, in addition to those that no topology may use. */
const TAKEN: ReadonlyMap<string, string> = new Map([
  ['postgres', 'the database has it'],
  ['path', 'every service answers under it with the path of a request'],
  ['constructor', 'every object of JavaScript has it'],
]);

/** Refuses an invalid name of a new service, with one message. `packages` are the names of the workspaces without their scope. */
export function requireFreeName(
  name: string,
  { services, externals }: Pick<Mesh, 'services' | 'externals'>,
  packages: readonly string[],
): void {
  if (!DNS_LABEL.test(name) || name.length > LONGEST)
    throw new UsageError(`'${name}' is no name of a service`, `use up to ${LONGEST} lower-case letters, digits and dashes, a letter first`);
  const owner = ownerOfName(name) ?? TAKEN.get(name);
  if (owner)
    throw new UsageError(
      `the name '${name}' is reserved: ${owner}`,
      `choose another: ${[...TAKEN.keys(), ...RESERVED_NAMES].join(', ')} are taken`,
    );
  if (/-v\d+$/.test(name))
    throw new UsageError(`'${name}' reads like a version of a service`, 'leave the version out: a new service begins with v1');
  if (services.has(name) || externals.has(name)) throw new UsageError(`there is a service '${name}'`, 'choose another name');
  if (packages.includes(name)) throw new UsageError(`there is a package '${name}'`, 'choose another name: npm knows both by it');
}

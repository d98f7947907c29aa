import { UsageError } from '../usage-error.ts';

/** What a checkout calls itself. */
export interface Names {
  /** Of the packages, without its `@`. */
  readonly scope: string;
  /** Where the platform runs in each cluster. */
  readonly namespace: string;
  /** The topology's name: a label of the objects that `mesh` owns, and the first part of names in the cloud. */
  readonly product: string;
}

/** The load balancer's name in infra/terraform/modules/edge has room for 21 characters, of which an environment's take five. */
const PRODUCT = /^[a-z][a-z0-9-]{1,14}[a-z0-9]$/;
/** A scope that npm accepts, without special characters of regular expressions and paths. */
const SCOPE = /^[a-z0-9][a-z0-9-]{0,38}$/;
const NAMESPACE = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Namespaces of Kubernetes, of Istio, and of what this repository deploys next to the platform. */
const RESERVED = /^(default|kube-.*|istio-.*|mesh-.*|database-admin)$/;

/** Refuses, with one message, names that cannot be. `scopes` are those of other people's packages. */
export function requireNames({ scope, namespace, product }: Names, scopes: readonly string[]): void {
  if (!PRODUCT.test(product))
    throw new UsageError(`'${product}' is no name of a platform`, 'use 3 to 16 lower-case letters, digits and dashes, a letter first');
  if (!SCOPE.test(scope)) throw new UsageError(`'${scope}' is no scope of npm`, 'use lower-case letters, digits and dashes: --scope acme');
  if (scopes.includes(scope))
    throw new UsageError(`@${scope} is the scope of packages that the platform installs`, 'choose another one: --scope acme');
  if (!NAMESPACE.test(namespace))
    throw new UsageError(`'${namespace}' is no name of a namespace`, 'use up to 63 lower-case letters, digits and dashes, a letter first');
  if (RESERVED.test(namespace))
    throw new UsageError(
      `the namespace '${namespace}' is taken`,
      'choose another one, --namespace acme: default, kube-…, istio-…, mesh-… and database-admin are',
    );
}

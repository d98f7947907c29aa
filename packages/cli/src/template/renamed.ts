import { UsageError } from '@mesh-platform/kubernetes';

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

/** The text of a file under other names; `file` is its path in the checkout. It keeps what no pattern identifies as a name. */
export function renamed(file: string, text: string, from: Names, to: Names): string {
  const scoped = text.replaceAll(`@${from.scope}/`, `@${to.scope}/`).replaceAll(`@${from.scope}\\/`, `@${to.scope}\\/`); // in a regular expression
  return (rules.find(({ files }) => files.test(file))?.rename ?? same)(scoped, from, to);
}

const same = (text: string): string => text;

interface Rule {
  readonly files: RegExp;
  readonly rename: (text: string, from: Names, to: Names) => string;
}

const rules: readonly Rule[] = [
  {
    files: /^(package|package-lock|\.devcontainer\/devcontainer)\.json$/,
    rename: (text, from, to) => text.replaceAll(`"name": "${from.scope}"`, `"name": "${to.scope}"`),
  },
  {
    files: /^packages\/cli\/src\/services\/topology\.ts$/,
    rename: (text, from, to) => text.replace(`NAMESPACE = '${from.namespace}'`, `NAMESPACE = '${to.namespace}'`),
  },
  {
    files: /^environments\/eks-[a-z]+\/outputs\.json$/,
    rename: (text, from, to) => text.replaceAll(new RegExp(`\\b${from.product}-(?=[a-z]+[./"-])`, 'g'), `${to.product}-`),
  },
  { files: /^(?!docs\/reference\/).*\.md$/, rename: inProse },
];

/** Renames the namespace on the pages and in printed output. */
function inProse(text: string, from: Names, to: Names): string {
  const places = [
    `(?<=\\.)${from.namespace}(?=\\.svc\\b)`,
    `(?<=\\bns/)${from.namespace}(?=/)`,
    `(?<=\\bnamespace: )${from.namespace}(?= )`,
    `(?<= (?:-n|--namespace) )${from.namespace}(?= )`,
    `(?<=\\b[A-Z][A-Za-z]+ )${from.namespace}(?=/[a-z])`,
    `(?<=\\blets [a-z-]+ of )${from.namespace}(?= )`,
  ];
  return text
    .replaceAll(new RegExp(places.join('|'), 'g'), to.namespace)
    .replaceAll(new RegExp(`^${from.product}(?=: )|(?<![\\w.-])${from.product}(?=-(?:dev|prod)\\b)`, 'gm'), to.product);
}

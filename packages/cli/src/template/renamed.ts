import type { Names } from './names.ts';

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
    files: /^packages\/cli\/src\/services\/namespace\.ts$/,
    rename: (text, from, to) => text.replace(`NAMESPACE = '${from.namespace}'`, `NAMESPACE = '${to.namespace}'`),
  },
  {
    files: /^environments\/eks\/outputs\.json$/,
    rename: (text, from, to) => text.replaceAll(new RegExp(`\\b${from.product}-(?=[a-z]+[./-])`, 'g'), `${to.product}-`),
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

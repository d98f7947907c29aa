import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { type DocumentedInterface, type Field, readInterfaces } from './read-types.ts';

/** A page that lists the fields of a file of the repository. */
export interface TypesPage {
  readonly file: string;
  readonly interfaces: readonly DocumentedInterface[];
  readonly text: string;
}

const PROJECT = join(checkout, 'mesh/tsconfig.json');
const TOPOLOGY = join(checkout, 'mesh/src/topology');

const HEADINGS: Readonly<Record<string, string>> = {
  MeshSpec: 'The topology',
  ServiceSpec: 'A service',
  CallSpec: 'A call',
  MethodsSpec: 'Methods of a call',
  RetriesSpec: 'Retries',
  EntrySpec: 'The gateway',
  ExternalSpec: 'An external',
  EnvironmentSpec: 'An environment',
};

const topologyIntroduction = `# The fields of \`platform.mesh.ts\`

\`platform.mesh.ts\` exports \`defineMesh({ … })\` with the fields of [the topology](#the-topology). The compiler rejects an unknown service or version, a
malformed duration, weights that do not add up to 100, and unsafe retries; \`./platform mesh check\` finds the rest ([codes](mesh-codes.md)). Then
\`./platform mesh render\` writes \`deploy/\`, and \`./platform up\` applies it.

A duration is a whole number with one unit: \`600ms\`, \`2s\`, \`1m\`, \`1h\`. Settings that differ between clusters are those of
[an environment](environments.md).
`;

const environmentIntroduction = `# The fields of an environment

\`environments/NAME.ts\` exports \`defineEnvironment(platform, { … })\`: what differs between the clusters that one [topology](topology.md) runs in.
\`./platform mesh render\` writes \`deploy/NAME\` for each file, and \`--environment NAME\` selects one where the cluster does not name its own.
`;

/** The pages that are generated from the types of the topology and of environments, by their doc comments. */
export function typesPages(): readonly TypesPage[] {
  const names = ['MeshSpec', 'ServiceSpec', 'CallSpec', 'MethodsSpec', 'RetriesSpec', 'EntrySpec', 'ExternalSpec'];
  return [
    page('topology.md', topologyIntroduction, readInterfaces(PROJECT, join(TOPOLOGY, 'spec.ts'), names)),
    page('environments.md', environmentIntroduction, readInterfaces(PROJECT, join(TOPOLOGY, 'environment.ts'), ['EnvironmentSpec'])),
  ];
}

const page = (name: string, introduction: string, interfaces: readonly DocumentedInterface[]): TypesPage => ({
  file: join(checkout, 'docs/reference', name),
  interfaces,
  text: `<!-- Made by npm run generate -w packages/cli from the doc comments of the types. -->
${introduction}
${interfaces.map(sectionOf).join('\n')}`,
});

const sectionOf = ({ name, description, fields }: DocumentedInterface): string =>
  `## ${HEADINGS[name]}\n\n${description}\n\n${fields.map(fieldOf).join('\n')}`;

const fieldOf = (field: Field): string =>
  `### \`${field.name}\`\n\n${field.description}\n\n| | |\n|---|---|\n${rowsOf(field)
    .map(([name, value]) => `| ${name} | ${value.replaceAll('|', '\\|')} |\n`)
    .join('')}`;

const rowsOf = (field: Field): readonly (readonly [string, string])[] => [
  ['type', code(field.type.replace(/\breadonly /g, '').replace(/Readonly<(Record<.*>)>/, '$1'))],
  field.optional ? ['default', valueOrWords(field.default ?? 'none')] : ['required', 'yes'],
  ['example', code(`${field.name}: ${field.example}`)],
  ['generates', field.generates ?? ''],
];

const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

/** A default is a value, which is code, or words. */
const valueOrWords = (text: string): string => (/^(['[{].*['\]}]|\d+|true|false)$/.test(text) ? code(text) : text);

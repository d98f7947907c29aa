import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { type Crd, specOf } from './crds.ts';
import { repair } from './repair.ts';
import { share } from './share.ts';

const HEADER = `// Written by \`npm run generate -w mesh\` from mesh/crds/crds.yaml: change that, not this.
import type { IstioDuration, WholePercent } from '../names.ts';

`;

/** TypeScript of the `spec` of each kind, and of the types that they share, under `components.schemas`. */
export async function specTypes(crds: readonly Crd[]): Promise<string> {
  const schemas = share(Object.fromEntries(crds.map((crd) => [crd.spec.names.kind, repair(specOf(crd))])));
  const document = { openapi: '3.1.0', info: { title: 'Istio', version: '1' }, components: { schemas } };
  const nodes = await openapiTS(JSON.stringify(document), {
    immutable: true,
    silent: true,
    transform: (schema: object | false) => {
      const scalar = schema && 'x-scalar' in schema ? schema['x-scalar'] : undefined;
      return typeof scalar === 'string' ? ts.factory.createTypeReferenceNode(scalar) : undefined;
    },
  });
  return HEADER + astToString(nodes.filter((node) => ts.isInterfaceDeclaration(node) && node.name.text === 'components'));
}

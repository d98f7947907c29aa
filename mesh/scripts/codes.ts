import { allChecks } from '../src/checks/all-checks.ts';
import type { Check } from '../src/checks/check.ts';
import { IDEMPOTENT_ROUTES } from '../src/policies/names.ts';

/** Families by the digits that their codes begin with. */
const FAMILIES: readonly (readonly [title: string, digits: string])[] = [
  ["What an API server with Istio's CRDs refuses", 'MESH0'],
  ["What istiod's webhook refuses or warns of", 'MESH1'],
  ['Traffic', 'MESH2'],
  ['Security', 'MESH3'],
  ['Workloads, ports and networks', 'MESH4'],
];

const HEADER = `<!-- Made by npm run generate -w mesh from the checks themselves. -->
# What \`mesh check\` finds

\`mesh check [FILE…]\` reads YAML files, the YAML files of folders, and standard input (\`-\`), and needs no cluster. Each finding has a code, the
object, what is wrong, and the hint. An error makes the exit status 1, a warning does not. *Style* is an error in what our topology renders and a
warning in YAML from elsewhere. A code never changes its meaning.

Names are looked for in the files that are given: check a route together with the Services, DestinationRules and Gateways that it names.
Where a POST or a gRPC method is safe to repeat, a topology says \`idempotent: true\`; YAML from elsewhere names the routes in an annotation of
the VirtualService: \`${IDEMPOTENT_ROUTES}: create,update\`.
`;

const severityOf = ({ styleOnly, severity }: Check): string => (styleOnly ? 'style' : (severity ?? 'error'));
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function family(title: string, checks: readonly Check[]): string {
  const detailed = checks.some(({ otherwise }) => otherwise !== undefined);
  const columns = detailed ? ['code', 'must hold', 'otherwise', 'hint', ''] : ['code', 'must hold', ''];
  const rows = checks.map((check) => {
    const { code, title: rule, otherwise = '', hint = '' } = check;
    return [code, rule, ...(detailed ? [otherwise, hint] : []), severityOf(check)].map(cell);
  });
  return [`\n## ${title}\n`, ...[columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

/** The page docs/reference/mesh-codes.md. */
export const codesPage = (): string =>
  `${HEADER}${FAMILIES.map(([title, digits]) =>
    family(
      title,
      allChecks.filter(({ code }) => code.startsWith(digits)),
    ),
  ).join('\n')}\n`;

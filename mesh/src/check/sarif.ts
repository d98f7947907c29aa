import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { Check, Finding } from './check.ts';

/** Relative to the folder of the command, as code scanning services expect it; an absolute path for a file outside of it. */
export function reportedFile(file: string): string {
  const path = relative(process.cwd(), file);
  return (path.startsWith('..') || isAbsolute(path) ? file : path).split(sep).join('/');
}

const uriOf = (file: string): string => (isAbsolute(file) ? pathToFileURL(file).href : file.split('/').map(encodeURIComponent).join('/'));

/** Findings as SARIF 2.1.0, with every check as a rule. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export const sarifLog = (findings: readonly Finding[], checks: readonly Check[]): Log => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'mesh check', rules: checks.map(ruleOf) } },
      results: findings.map((finding) =>
        resultOf(
          finding,
          checks.findIndex(({ code }) => code === finding.code),
        ),
      ),
    },
  ],
});

const ruleOf = ({ code, title, otherwise, hint, severity = 'error' }: Check): ReportingDescriptor => ({
  id: code,
  shortDescription: { text: title },
  ...(otherwise ? { fullDescription: { text: `${title}; otherwise: ${otherwise}` } } : {}),
  ...(hint ? { help: { text: hint } } : {}),
  defaultConfiguration: { level: severity },
});

function resultOf({ code, severity, object, path, message, hint, file, line = 1 }: Finding, ruleIndex: number): Result {
  const name = [object, path].filter((part) => part !== '').join(' ');
  const physicalLocation = file && { artifactLocation: { uri: uriOf(reportedFile(file)) }, region: { startLine: line } };
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: `${name ? `${name}: ` : ''}${message}. Hint: ${hint}` },
    locations: [
      {
        ...(physicalLocation ? { physicalLocation } : {}),
        ...(name ? { logicalLocations: [{ fullyQualifiedName: name, kind: 'object' }] } : {}),
      },
    ],
  };
}

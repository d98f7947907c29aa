import type { Finding } from './check.ts';
import { reportedFile } from './sarif.ts';

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/**
 * A line for each finding that GitHub Actions shows at its place in a pull request.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
 */
export const githubAnnotations = (findings: readonly Finding[]): string =>
  findings
    .map(({ code, severity, object, path, message, hint, file, line }) => {
      const place = file === undefined ? {} : { file: reportedFile(file), line: String(line ?? 1) };
      const title = [code, object, path].filter((part) => part !== '').join(' ');
      const properties = Object.entries({ ...place, title }).map(([name, value]) => `${name}=${property(value)}`);
      return `::${severity} ${properties.join(',')}::${escaped(`${message}\n→ ${hint}`)}\n`;
    })
    .join('');

/**
 * Licences that a dependency may have: those that require only a notice, and those that bind changes of their own files
 * (MPL-2.0) or fonts (OFL-1.1), which nothing here changes. SPDX identifiers: https://spdx.org/licenses/
 */
const ALLOWED: ReadonlySet<string> = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MPL-2.0', 'OFL-1.1'],
  ...['PSF-2.0', 'PostgreSQL', 'Python-2.0', 'Unlicense'],
]);

/** True where the licence lets the platform be distributed: all of what AND joins, one of what OR joins. Anything unknown is false. */
export function isAllowed(expression: string | undefined): boolean {
  const tokens = expression?.match(/[()]|[^\s()]+/g) ?? [];
  let position = 0;
  const term = (): boolean => {
    const token = tokens[position++];
    if (token !== '(') return token !== undefined && ALLOWED.has(token);
    const value = alternatives();
    return tokens[position++] === ')' && value;
  };
  const all = (): boolean => {
    let value = term();
    while (tokens[position] === 'AND' && ++position) value = term() && value;
    return value;
  };
  const alternatives = (): boolean => {
    let value = all();
    while (tokens[position] === 'OR' && ++position) value = all() || value;
    return value;
  };
  const value = alternatives();
  return value && position === tokens.length;
}

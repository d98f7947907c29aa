import jsTokens from 'js-tokens';
import { type Problem, placeIn } from './problem.ts';
import { termsIn } from './terms.ts';

const PROSE = new Set([
  'StringLiteral',
  'NoSubstitutionTemplate',
  'TemplateHead',
  'TemplateMiddle',
  'TemplateTail',
  'MultiLineComment',
  'SingleLineComment',
]);
const NAMES = new Set(['IdentifierName', 'PrivateIdentifier']);

/** `retryBudgetOf` as words: `retry Budget Of`, of the same length plus the blanks. */
const wordsOf = (name: string): string => name.replace(/_/g, ' ').replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ');

/** What the terms refuse in TypeScript: comments, string literals (messages, test names) and identifiers. */
export function codeProblems(text: string): readonly Problem[] {
  const problems: Problem[] = [];
  let index = 0;
  for (const { type, value } of jsTokens(text)) {
    const isName = NAMES.has(type);
    const prose = PROSE.has(type) ? value : isName ? wordsOf(value) : '';
    for (const use of termsIn(prose)) {
      const at = isName ? index : index + use.index;
      const where = isName ? `, in the name ${value},` : '';
      problems.push({ ...placeIn(text, at), message: `'${use.found}'${where} is not a term of this field`, hint: `write ${use.instead}` });
    }
    index += value.length;
  }
  return problems;
}

/** What the terms refuse in the comments of YAML, Terraform, shell scripts and Dockerfiles. */
export function commentProblems(text: string): readonly Problem[] {
  return text.split('\n').flatMap((line, number) => {
    const start = line.search(/(?:^|\s)#/);
    if (start < 0) return [];
    return termsIn(line.slice(start)).map(({ index, found, instead }) => ({
      line: number + 1,
      column: start + index + 1,
      message: `'${found}' is not a term of this field`,
      hint: `write ${instead}`,
    }));
  });
}

import { createRequire } from 'node:module';
import { TextlintKernel } from '@textlint/kernel';
import type { TextlintPluginCreator, TextlintRuleModule } from '@textlint/types';
import { split } from 'sentence-splitter';
import type { Problem } from './problem.ts';
import { termsIn } from './terms.ts';

/** Words of a sentence: style guides of technical English ask for 20; a sentence with a list of names may need more. */
export const MAX_WORDS = 30;

const bannedTerms: TextlintRuleModule = ({ Syntax, RuleError, report, locator }) => ({
  [Syntax.Str](node) {
    for (const { index, found, instead } of termsIn(node.value as string))
      report(node, new RuleError(`'${found}' is not a term of this field → write ${instead}`, { padding: locator.at(index) }));
  },
});

/** A paragraph is split into sentences by its plain text: code counts as one word. */
const sentenceLength: TextlintRuleModule = ({ Syntax, RuleError, report, getSource, locator }) => ({
  [Syntax.Paragraph](node) {
    const text = getSource(node).replace(/`[^`]*`/g, (code) => 'x'.repeat(code.length));
    for (const { type, raw, range } of split(text)) {
      if (type !== 'Sentence') continue;
      const words = raw.replace(/\]\([^)]*\)/g, ']').match(/[\p{L}\p{N}][^\s]*/gu)?.length ?? 0;
      if (words > MAX_WORDS)
        report(
          node,
          new RuleError(`a sentence of ${words} words: expected at most ${MAX_WORDS} → split it`, { padding: locator.at(range[0]) }),
        );
    }
  },
});

/** A CommonJS module with a default export, which Node.js and Vitest import in two ways. */
const markdown = (createRequire(import.meta.url)('@textlint/textlint-plugin-markdown') as { default: TextlintPluginCreator }).default;

const kernel = new TextlintKernel();

/** What the rules refuse in a Markdown text. Code is left alone; comments of HTML are no prose. */
export async function markdownProblems(text: string): Promise<readonly Problem[]> {
  const { messages } = await kernel.lintText(text, {
    ext: '.md',
    plugins: [{ pluginId: 'markdown', plugin: markdown }],
    rules: [
      { ruleId: 'terms', rule: bannedTerms },
      { ruleId: 'sentence-length', rule: sentenceLength },
    ],
  });
  return messages.map(({ message, loc: { start } }) => {
    const [what = message, hint = ''] = message.split(' → ');
    return { line: start.line, column: start.column, message: what, hint };
  });
}

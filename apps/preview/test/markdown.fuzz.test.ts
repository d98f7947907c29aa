import { fuzz, mutatedText } from '@mesh-platform/fuzz-kit';
import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5';
import { test } from 'vitest';
import { renderMarkdown } from '../src/markdown/render-markdown.js';

type Node = DefaultTreeAdapterMap['childNode'];
type Element = DefaultTreeAdapterMap['element'];

const ADDRESS = /^(https?:\/\/|mailto:)/i;
const RELATION = /^noopener noreferrer nofollow ugc$/;
const ALIGNMENT = /^text-align:(left|center|right)$/;

/** Every element that a document may become, with its attributes and what they may be. */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  a: { href: ADDRESS, rel: RELATION, title: /^/, class: /^image$/ },
  div: { class: /^scroll$/, tabindex: /^0$/ },
  pre: { tabindex: /^0$/ },
  span: { class: /^(hljs-[\w-]+|language-[\w-]+|function_|class_|inherited__|invoke__|constant_|escape_|\s)+$/ },
  ol: { start: /^\d+$/ },
  th: { style: ALIGNMENT },
  td: { style: ALIGNMENT },
  ...Object.fromEntries([2, 3, 4, 5, 6].map((level) => [`h${level}`, { id: /^section-\d+$/ }])),
  ...Object.fromEntries(
    ['p', 'em', 'strong', 's', 'code', 'ul', 'li', 'blockquote', 'table', 'thead', 'tbody', 'tr', 'hr', 'br'].map((name) => [name, {}]),
  ),
};

/** The first element or attribute outside of ALLOWED, as markup. */
function forbidden(nodes: readonly Node[]): string | undefined {
  const waiting = [...nodes];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.nodeName === '#text') continue;
    const attributes = ALLOWED[node.nodeName];
    if (!attributes) return `<${node.nodeName}>`;
    const wrong = (node as Element).attrs.find(({ name, value }) => !(Object.hasOwn(attributes, name) && attributes[name]?.test(value)));
    if (wrong) return `<${node.nodeName} ${wrong.name}="${wrong.value}">`;
    waiting.push(...(node as Element).childNodes);
  }
  return undefined;
}

const corpus = [
  '# One *two* `three`\n\nA [link](https://a.example/ "title") and <https://b.example/> and ![image](https://a.example/x.png "t")\n',
  '> quote\n> > nested\nlazy\n\n1. one\n2. two\n   - inner\n     - deep\n',
  '```ts\nconst a: string = "<b>";\n```\n\n    indented\n\n~~~html\n<a href="x">\n~~~\n',
  '|a|b|\n|:-|-:|\n|`x`|**y**|\n|[l](mailto:a@b.example)|~~z~~|\n',
  'Setext\n===\n\nother\n---\n\n***\n\n[ref]: https://a.example/ (title)\n[ref] [x][ref] ![ref]\n',
  'www.a.example http://a.example/?q=<b> a@b.example &amp; &#x3c;script&#62; \\<b\\> line  \nbreak\n',
  '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n<!-- x -->\n\n<svg/onload=x>\n',
  '[x]() ![y]() [![z](https://a.example/)]() [<https://b.example/>]()\n',
  '[x](javascript:alert(1)) [y](data:text/html,x) [z](<//evil.example> "a\\"b") [![i](https://a.example/)](https://b.example/)\n',
  '```json\n{"a": [1, null]}\n```\n```yaml\na: &b [*b]\n```\n```sql\nSELECT \'<\';\n```\n```bash\necho "$(x)"\n```\n',
];
const tokens = [
  '*',
  '_',
  '**',
  '`',
  '```',
  '~~~',
  '~~',
  '[',
  ']',
  '(',
  ')',
  '](',
  '![',
  '<',
  '>',
  '"',
  "'",
  '&',
  '&lt;',
  '&#0;',
  '#',
  '- ',
  '1) ',
  '> ',
  '|',
  ':-:',
  '\n',
  '\n\n',
  '    ',
  '\t',
  '\\',
  '  \n',
  '\r',
  '\0',
  'http://',
  'https://a.example/',
  'ftp://a.co/',
  '//a.co/',
  'mailto:',
  'www.',
  'a@b.example',
  'javascript:',
  '<a href="',
  ' onclick=x ',
  '<!--',
  '-->',
  ']]>',
  '<style>',
  '\u202e',
  '\u200b',
  '\ud800',
  '🙂',
  '```xml\n',
  '```protobuf\n',
];
const repeated = fc
  .tuple(fc.constantFrom(...tokens), fc.constantFrom(...tokens), fc.integer({ min: 1, max: 2_000 }))
  .map(([one, other, times]) => (one + other).repeat(times).slice(0, 8 * 1024));
const inputs = fc.oneof(
  { weight: 60, arbitrary: mutatedText({ corpus, tokens, maxLength: 4 * 1024 }) },
  { weight: 1, arbitrary: repeated },
);

test('any text becomes only allowed markup, or is refused as too complex', async () => {
  await fuzz({
    name: 'Markdown',
    file: import.meta.filename,
    inputs,
    outcomes: ['formatted'],
    cpuMs: 400,
    memoryMiB: 128,
    check: (source) => {
      let markup: string;
      try {
        markup = renderMarkdown(source).html.text;
      } catch (error) {
        if ((error as object).constructor.name === 'TooComplexError') return 'too complex';
        throw error;
      }
      const found = forbidden(parseFragment(markup).childNodes);
      if (found !== undefined) throw new Error(`becomes ${found}`);
      return 'formatted';
    },
  });
});

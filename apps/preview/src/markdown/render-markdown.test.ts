import { expect, test } from 'vitest';
import { renderMarkdown } from './render-markdown.js';

const markup = (source: string) => renderMarkdown(source).html.text.trim();

test('HTML in a document is shown, not run', () => {
  expect(markup('<script>alert(1)</script>')).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>');
  expect(markup('a <img src=x onerror=alert(1)>')).not.toContain('<img');
});

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java&#115;cript:alert(1)',
  'data:text/html,x',
  'data:image/png;base64,x',
  'vbscript:x',
  'file:///etc/passwd',
  '//evil.example',
  '/d/1',
])('a link to %s is no link', (url) => {
  expect(markup(`[text](${url}) <${url}>`)).not.toContain('<a');
});

test.each(['http://a.example/', 'https://a.example/', 'mailto:a@b.example'])('a link to %s is one, and hands nothing on', (url) => {
  expect(markup(`[text](${url})`)).toBe(`<p><a href="${url}" rel="noopener noreferrer nofollow ugc">text</a></p>`);
});

test('an image is a link at most', () => {
  expect(markup('![alt](https://a.example/x.png)')).not.toContain('<img');
});

test('an attribute cannot be broken out of', () => {
  expect(markup('[x](https://a.example/"onmouseover="alert(1)) [y](https://b.example "a\\"b<c")')).not.toMatch(
    /"\s*onmouseover="|title="a"b/,
  );
});

test("headings start below the page's own and are told with their plain text", () => {
  const { html, headings } = renderMarkdown('# One *two* `three`\n\n###### Deep <b>');
  expect(headings).toEqual([
    { id: 'section-1', level: 2, text: 'One two three' },
    { id: 'section-2', level: 6, text: 'Deep <b>' },
  ]);
  expect(html.text).toContain('<h2 id="section-1">One <em>two</em> <code>three</code></h2>');
});

test('words are counted in any script', () => {
  expect(renderMarkdown('Hello, **Welt** – привет 1').words).toBe(4);
});

test('an image of another origin is a link with its words, and inside a link it is its words alone', () => {
  const link = '<a class="image" href="https://a.example/x.png" rel="noopener noreferrer nofollow ugc">a &lt;b&gt;</a>';
  expect(markup('![a <b>](https://a.example/x.png)')).toBe(`<p>${link}</p>`);
  expect(markup('[![alt](https://a.example/x.png)](https://b.example/)')).toBe(
    '<p><a href="https://b.example/" rel="noopener noreferrer nofollow ugc">alt</a></p>',
  );
  expect(markup('![](https://a.example/x.png)')).toContain('>image</a>');
  expect(markup('![x](javascript:alert(1))')).not.toContain('<a');
});

test('code of a language that is known is marked with classes, and its text stays text', () => {
  expect(markup('```ts\nconst a = "<b>";\n```')).toBe(
    '<pre tabindex="0"><code><span class="hljs-keyword">const</span> a = <span class="hljs-string">&quot;&lt;b&gt;&quot;</span>;\n</code></pre>',
  );
  expect(markup('```nobody\n<b>\n```')).toBe('<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>');
  expect(markup('```"onclick="x\n<b>\n```')).toBe('<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>');
  expect(markup('    <b>\n')).toBe('<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>');
});

test('a table scrolls by itself where it is wide', () => {
  expect(markup('|a|\n|-|\n|b|')).toMatch(/^<div class="scroll" tabindex="0"><table>.*<\/table><\/div>$/s);
});

const KIB = 1024;
const hostile: Readonly<Record<string, string>> = {
  'one long block of code': `\`\`\`ts\n${'a.b('.repeat(64 * KIB)}\n\`\`\``,
  'one word of code': `\`\`\`ts\n${'a'.repeat(15 * KIB)}\n\`\`\``,
  'blank lines of code': `\`\`\`protobuf\n${'\n'.repeat(15 * KIB)}\n\`\`\``,
  'many blocks of code': `\`\`\`xml\n${'<a b="'.repeat(2 * KIB)}\n\`\`\`\n`.repeat(20),
  'open brackets': '['.repeat(256 * KIB),
  'open emphasis': '*a _b '.repeat(40 * KIB),
  'nested quotes': `${'>'.repeat(200)} a\n`.repeat(KIB),
  'nested lists': Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth * 2)}- x`).join('\n'),
  'open links': '[a](<b'.repeat(40 * KIB),
  entities: '&#x1F600;'.repeat(28 * KIB),
  'a table without end': `|a|b|\n|-|-|\n${'|x|y|\n'.repeat(40 * KIB)}`,
  'images in links': '[![a](https://a.example/)](https://b.example/) '.repeat(5 * KIB),
};

test.each(Object.keys(hostile))('%s as long as a document may be is rendered soon', (name) => {
  const source = (hostile[name] ?? '').slice(0, 256 * KIB);
  const startedAt = performance.now();
  renderMarkdown(source);
  expect(performance.now() - startedAt).toBeLessThan(6_000); // the figure is below 1 s
});

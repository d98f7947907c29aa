import { readFileSync } from 'node:fs';
import { MAX_BODY_BYTES } from '@mesh-platform/contracts';
import { expect, test } from 'vitest';
import { TooComplexError } from './render-budget.js';
import { renderMarkdown } from './render-markdown.js';

const RELATION = 'rel="noopener noreferrer nofollow ugc"';
const imageLink = (address: string, words: string) => `<a class="image" href="${address}" ${RELATION}>${words}</a>`;
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

test.each([
  ['[*text*]()', '<p><em>text</em></p>'],
  ['[text](<>)', '<p>[text](&lt;&gt;)</p>'],
  ['![text]()', '<p>text</p>'],
  ['[![text](https://a.example/)]()', `<p>${imageLink('https://a.example/', 'text')}</p>`],
  [
    '[<https://a.example/>]() ![text](https://b.example/)',
    `<p><a href="https://a.example/" ${RELATION}>https://a.example/</a> ${imageLink('https://b.example/', 'text')}</p>`,
  ],
])('makes no link of %s, which has no address', (source, expected) => {
  expect(markup(source)).toBe(expected);
});

test('an image is a link at most', () => {
  expect(markup('![alt](https://a.example/x.png)')).not.toContain('<img');
});

test('an attribute cannot be broken out of', () => {
  expect(markup('[x](https://a.example/"onmouseover="alert(1)) [y](https://b.example "a\\"b<c")')).not.toMatch(
    /"\s*onmouseover="|title="a"b/,
  );
});

test("headings start below the page's own and are listed with their plain text", () => {
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

test('an image of another origin becomes a link with its alternative text, and inside a link only that text', () => {
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
  expect(markup('```unknown\n<b>\n```')).toBe('<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>');
  expect(markup('```"onclick="x\n<b>\n```')).toBe('<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>');
  expect(markup('    <b>\n')).toBe('<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>');
});

test('a table scrolls by itself where it is wide', () => {
  expect(markup('|a|\n|-|\n|b|')).toMatch(/^<div class="scroll" tabindex="0"><table>.*<\/table><\/div>$/s);
});

test('an image is inside a link only until that link ends', () => {
  expect(markup('[a](http://b/) ![c](http://d/)').match(/<a /g)).toHaveLength(2);
});

test('lists the first 200 headings and counts all of them', () => {
  const { headings, headingCount, html } = renderMarkdown('# h\n'.repeat(1000));
  expect([headings.length, headingCount]).toEqual([200, 1000]);
  expect(html.text).toContain('id="section-1000"');
});

test('links no address without markup whose scheme it would refuse', () => {
  expect(markup('ftp://a.example/ //a.example/ https://b.example/ a@b.example').match(/href="[^"]*"/g)).toEqual([
    'href="https://b.example/"',
    'href="mailto:a@b.example"',
  ]);
});

test('refuses a text with more addresses than anybody writes, each of which is parsed and encoded', () => {
  expect(markup('http://a.example/ '.repeat(8_000)).match(/<a /g)).toHaveLength(8_000);
  for (const unit of ['http://a.example/ ', '<http://a.co> ', '[a](http://b) ', '![a](http://b) '])
    expect(() => markup(unit.repeat(16_000)), unit).toThrow(TooComplexError);
});

test('formats a usual text that is as long as a document may be', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const longest = readme.repeat(Math.ceil(MAX_BODY_BYTES / readme.length)).slice(0, MAX_BODY_BYTES);
  expect(renderMarkdown(longest).headingCount).toBeGreaterThan(20);
});

test('keeps all of a text that nests as deep as it may, and refuses a deeper one', () => {
  const nested = (lists: number) => `${'- '.repeat(lists)}end`;
  expect(markup(nested(20))).toContain('end');
  for (const lists of [21, 22, 30, 100]) expect(() => markup(nested(lists)), `${lists} lists`).toThrow(TooComplexError);
  expect(markup(`${'> '.repeat(40)}end`)).toContain('end');
  for (const quotes of [41, 42, 43, 50, 200])
    expect(() => markup(`${'> '.repeat(quotes)}end`), `${quotes} quotes`).toThrow(TooComplexError);
});

test.each([
  ['links to one long address', `[a]: http://b/${'x'.repeat(2000)}\n\n${'[a] '.repeat(20_000)}`],
  ['images of one long address', `[a]: http://b/${'x'.repeat(2000)}\n\n${'![a] '.repeat(20_000)}`],
  ['links with one long title', `[a]: http://b "${'x'.repeat(2000)}"\n\n${'[a] '.repeat(20_000)}`],
])('refuses a text that becomes too much markup: %s', (_name, source) => {
  expect(() => renderMarkdown(source)).toThrow(TooComplexError);
});

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

import { expect, test } from 'vitest';
import { html } from './html.js';

test('values are escaped in elements and in quoted attributes', () => {
  expect(html`<a title="${`"'`}">${'<script>&'}</a>`.text).toBe('<a title="&quot;&#39;">&lt;script&gt;&amp;</a>');
});

test('markup within markup is not escaped again, and lists are joined', () => {
  expect(html`<ul>${['a', '<b>'].map((item) => html`<li>${item}</li>`)}</ul>`.text).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
});

test('what is absent leaves nothing, and zero is a number', () => {
  expect(html`[${null}${undefined}${false}${0}]`.text).toBe('[0]');
});

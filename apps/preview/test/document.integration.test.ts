import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { id, startPreviewWithWeb, summary } from './preview-with-web.js';

const theirs = { ...summary, title: 'Theirs', revision: 2, body: 'one\ntheirs\nthree' };

describe.each(['v1', 'v2'])('a document in version %s', (version) => {
  let preview: Awaited<ReturnType<typeof startPreviewWithWeb>>;

  beforeAll(async () => {
    preview = await startPreviewWithWeb(version);
  });

  afterAll(() => preview?.close());

  beforeEach(() => {
    preview.script.requests = [];
    preview.script.answers = {
      'GET /documents': { json: { items: [], next: null } },
      'GET /path': { json: { hops: [] } },
      [`GET /documents/${id}`]: { json: { ...summary, body: '\none </textarea>\r\ntwo' } },
    };
  });

  const writes = () => preview.script.requests.filter(({ method }) => method !== 'GET');
  const change = (fields: Record<string, string>) =>
    preview.submit(`/d/${id}`, { title: 'Mine', body: 'one\r\nmine\r\nthree', revision: '1', ...fields });

  test('is edited in a form that contains all of it and its revision', async () => {
    const { status, text } = await preview.page(`/d/${id}/edit`);
    expect(status).toBe(200);
    expect(text).toContain('name="revision" value="1"');
    expect(text).toContain('>\n\none &lt;/textarea&gt;\r\ntwo</textarea>');
  });

  test('is changed at the revision that was edited', async () => {
    preview.script.answers[`PUT /documents/${id}`] = { json: { ...summary, revision: 2, body: '' } };
    const { status, headers } = await change({});
    expect([status, headers.get('location')]).toEqual([303, `/d/${id}`]);
    expect(writes()).toMatchObject([
      { url: `/documents/${id}`, headers: { 'if-match': '"1"' }, body: JSON.stringify({ title: 'Mine', body: 'one\nmine\nthree' }) },
    ]);
  });

  describe('that another user changed meanwhile', () => {
    beforeEach(() => {
      preview.script.answers[`PUT /documents/${id}`] = { status: 412, json: { detail: 'another revision' } };
      preview.script.answers[`GET /documents/${id}`] = { json: theirs };
    });

    test('is shown next to mine, in a form that would replace the shown revision', async () => {
      const { status, text } = await change({});
      expect(status).toBe(412);
      expect(text).toContain('<mark>theirs</mark>');
      expect(text).toContain('<mark>mine</mark>');
      expect(text).toContain('name="revision" value="2"');
      expect(text).toContain('\none\nmine\nthree</textarea>');
    });

    test('is put into the form with mine, and nothing is written', async () => {
      const { status, text } = await change({ choice: 'both' });
      expect(status).toBe(200);
      expect(text).toContain('\none\ntheirs\nmine\nthree</textarea>');
      expect(text).toContain('name="revision" value="2"');
      expect(writes()).toEqual([]);
    });

    test('to the very same is no conflict: an answer was lost', async () => {
      const { status, headers } = await change({ title: theirs.title, body: 'one\r\ntheirs\r\nthree' });
      expect([status, headers.get('location')]).toEqual([303, `/d/${id}`]);
    });

    test('and deleted again is a page that states the deletion', async () => {
      preview.script.answers[`GET /documents/${id}`] = { status: 404, json: { detail: 'no document has this id' } };
      expect((await change({})).text).toContain('No document has this id.');
    });
  });

  test('that is not valid, or that web cannot take, comes back as it was typed', async () => {
    const invisible = await change({ title: '\u3164\u2800' });
    expect([invisible.status, writes()]).toEqual([400, []]);
    expect(invisible.text).toContain('<p class="error" id="title-error">must have a visible character</p>');
    const invalid = await change({ title: ' ' });
    expect([invalid.status, writes()]).toEqual([400, []]);
    expect(invalid.text).toContain('<p class="error" id="title-error">must not be empty</p>');
    preview.script.answers[`PUT /documents/${id}`] = { status: 503, headers: { 'retry-after': '7' }, json: { detail: 'core is busy' } };
    const busy = await change({});
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
    expect(busy.text).toContain('Not saved: core is busy. Try again in 7 seconds.');
    expect(busy.text).toContain('\none\nmine\nthree</textarea>');
    expect(busy.text).toContain('name="revision" value="1"');
  });

  test.each(['0', '-1', '1.5', '9999999999', 'x', '*'])('a form whose revision is %s is refused', async (revision) => {
    expect((await change({ revision })).status).toBe(400);
    expect(writes()).toEqual([]);
  });

  test('is deleted at the revision that was seen, and the next page still contains all of it', async () => {
    expect((await preview.page(`/d/${id}/delete`)).text).toContain('Delete “<bdi>A title</bdi>”?');
    expect(writes()).toEqual([]);
    preview.script.answers[`DELETE /documents/${id}`] = { status: 204 };
    const { status, text } = await preview.submit(`/d/${id}/delete`, { revision: '1' });
    expect(status).toBe(200);
    expect(writes()).toMatchObject([{ method: 'DELETE', headers: { 'if-match': '"1"' } }]);
    expect(text).toContain('>\n\none &lt;/textarea&gt;\r\ntwo</textarea>');
    expect(text).toMatch(/action="\/documents">\s*<input type="hidden" name="key" value="[0-9a-f-]{36}">/);
  });

  test('keeps the text direction of its title to its title', async () => {
    preview.script.answers[`GET /documents/${id}`] = { json: { ...summary, title: '\u202e\u2069gpj.exe', body: '' } };
    for (const [path, head] of [
      ['/edit', 'Edit '],
      ['/delete', 'Delete '],
    ]) {
      expect((await preview.page(`/d/${id}${path}`)).text).toContain(`<title>${head}\u2068\u202egpj.exe\u2069`);
    }
    expect((await preview.page(`/d/${id}`)).text).toContain('<h1><bdi>\u202e\u2069gpj.exe</bdi></h1>');
    preview.script.answers['GET /documents'] = { json: { items: [{ ...summary, title: '\u202egpj.exe' }], next: null } };
    expect((await preview.page('/')).text).toContain('<bdi>\u202egpj.exe</bdi></a>');
  });

  test('that another user changed meanwhile is not deleted', async () => {
    preview.script.answers[`DELETE /documents/${id}`] = { status: 412, json: { detail: 'the document is at another revision' } };
    const { status, text } = await preview.submit(`/d/${id}/delete`, { revision: '1' });
    expect(status).toBe(412);
    expect(text).toContain('The document is at another revision.');
  });

  test.each(['body=%FF&title=T&key=k', 'body=a&body=b&title=T&key=k', 'body=%ED%A0%80&title=T&key=k'])(
    'a form that would be stored with another meaning, %s, is refused',
    async (body) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: preview.url };
      expect((await preview.page('/documents', { method: 'POST', headers, body })).status).toBe(400);
      expect(writes()).toEqual([]);
    },
  );

  describe('while it is written', () => {
    const render = (body: unknown, headers: Record<string, string> = {}) =>
      preview.page('/render', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });

    test('is rendered as the page of the document renders it', async () => {
      const { status, headers, text } = await render({ body: '# One\n\n<b>&' });
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('<h2 id="section-1">One</h2>\n<p>&lt;b&gt;&amp;</p>');
      expect(text.includes('1 minute to read')).toBe(version === 'v2');
    });

    test.each([
      ['a text with NUL', { body: '\0' }, 400],
      ['a text that no document may have', { body: 'x'.repeat(256 * 1024 + 1) }, 400],
      ['another field', { body: '', title: '' }, 400],
      ['no text', {}, 400],
    ])('%s is refused with a problem document', async (_words, body, status) => {
      const answer = await render(body);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    });

    test('a page of another site cannot have it', async () => {
      for (const site of ['cross-site', 'same-site']) {
        expect((await render({ body: 'x' }, { 'sec-fetch-site': site })).status).toBe(403);
      }
    });

    test('a form of another site cannot have it', async () => {
      expect((await render({ body: 'x' }, { 'content-type': 'text/plain' })).status).toBe(415);
    });
  });
});

import { readFileSync } from 'node:fs';
import { MAX_BODY_BYTES } from '@mesh-platform/contracts';
import type { RunningService } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import { id, summary } from './preview-with-web.js';
import { type RunningPreview, startPreview } from './running-preview.js';

const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8');
/** The memory options of the process in its image. */
const production = {
  NODE_OPTIONS: (dockerfile.match(/--max-[a-z-]+=\d+/g) ?? []).join(' '),
  MALLOC_ARENA_MAX: /MALLOC_ARENA_MAX=(\d+)/.exec(dockerfile)?.[1] ?? '',
};
// The container may take 384 MiB (deploy/patch.yaml); it would be killed at that.
const MAX_RSS_MIB = 340;
// More than may wait for the thread, so that all of its queue is full.
const AT_ONCE = 40;
// Forty bodies at once take a quiet machine half a second to parse. Other tests run too; one text that blocks the process takes longer.
const MAX_SILENCE_MS = 4_000;
const WORST = [
  'lazy lines after 99 quotes',
  'lazy lines after 8 quotes',
  'HTTP links in words',
  'references to a long address',
  'characters to escape',
  'table heads',
  'quotation marks',
];

const peakMib = ({ pid }: RunningService) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe.skipIf(process.platform !== 'linux').each(['v1', 'v2'])('version %s, sent hostile texts of 256 KiB', (version) => {
  let preview: RunningPreview;

  beforeAll(async () => {
    preview = await startPreview({ ...production, SERVICE_VERSION: version, LOG_LEVEL: 'warn' });
  });

  afterAll(() => preview?.stop());

  const render = (body: string) =>
    fetch(`${preview.url}/render`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ body }) });
  const view = (body: string) => {
    preview.web.script.answers[`GET /documents/${id}`] = { json: { ...summary, body } };
    return fetch(`${preview.url}/d/${id}`);
  };

  /** Does the work, and meanwhile asks for the health again and again: the longest that it took, in ms. */
  async function longestSilence(work: Promise<unknown>): Promise<number> {
    let over = false;
    const ended = work.finally(() => {
      over = true;
    });
    let longest = 0;
    while (!over) {
      const startedAt = performance.now();
      expect((await fetch(`${preview.url}/healthz`)).status).toBe(200);
      longest = Math.max(longest, performance.now() - startedAt);
    }
    await ended;
    return longest;
  }

  test.each([
    ['renders', render],
    ['shows', view],
  ])(
    '%s them one after the other and at once, within its memory, and answers others meanwhile',
    async (_name, send) => {
      const texts = WORST.map((name) => HOSTILE_TEXTS[name]?.(MAX_BODY_BYTES) ?? '');
      const statuses = new Set<number>();
      const sent = async (text: string) => {
        const answer = await send(text);
        statuses.add(answer.status);
        await answer.arrayBuffer();
      };
      const silence = await longestSilence(
        (async () => {
          for (let time = 0; time < 20; time++) await sent(texts[time % texts.length] ?? '');
          for (const [index, text] of texts.entries()) await Promise.all(Array.from({ length: index < 2 ? AT_ONCE : 8 }, () => sent(text)));
        })(),
      );
      expect([...statuses].filter((status) => status !== 200 && status !== 429)).toEqual([]);
      expect(statuses).toContain(200);
      console.log(`${version}: at most ${Math.round(peakMib(preview.service))} MiB`);
      expect(peakMib(preview.service), preview.service.output()).toBeLessThan(MAX_RSS_MIB);
      expect(silence).toBeLessThan(MAX_SILENCE_MS);
      expect(preview.service.logs().filter(({ level }) => level === 'error')).toEqual([]);
    },
    120_000,
  );

  test('shows a text that is too complex as it was written, with a note', async () => {
    const text = `<b>&\n${HOSTILE_TEXTS['lazy lines after 99 quotes']?.(1024)}${'*a '.repeat(60_000)}`;
    for (const send of [render, view]) {
      const page = await (await send(text)).text();
      expect(page).toContain('This text is too complex to format, so it is shown as it was written.');
      expect(page).toMatch(/<pre class="plain" tabindex="0">\n&lt;b&gt;&amp;\n&gt; &gt; /);
    }
  });
});

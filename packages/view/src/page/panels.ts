import type { FailedRequest, RequestRecord, RequestTrace, Verification } from '../snapshot.ts';
import { h, instead, refill, setText } from './element.ts';
import type { Page } from './page.ts';
import { waterfall } from './waterfall.ts';
import { clock, count, duration, visible } from './words.ts';

/** The requests that failed last, each with its cause and what to do. */
export function drawFailures(parent: HTMLElement, failures: readonly FailedRequest[], page: Page): void {
  const open = new Set([...parent.querySelectorAll<HTMLDetailsElement>('details[open]')].map(({ dataset }) => dataset.key));
  refill(parent, [failures, page.settings], () =>
    failures.length === 0
      ? [h('p', {}, 'None since the view was opened.')]
      : [
          h('ol', { class: 'failures' }, ...failures.map((failure) => h('li', {}, failureOf(failure, open)))),
          h('p', { class: 'command' }, h('code', {}, `./platform logs --failures${page.settings.suffix}`)),
        ],
  );
}

function failureOf(failure: FailedRequest, open: ReadonlySet<string | undefined>): HTMLElement {
  const { time, what, status, recovered, count: times, message, hint, hops, spans = [], requestId } = failure;
  const key = requestId ?? `${what} ${time}`;
  const result = recovered ? `${status || 'closed'}, recovered` : String(status || 'closed');
  return h(
    'details',
    { 'data-key': key, open: open.has(key) },
    h(
      'summary',
      {},
      h('span', { class: 'head' }, h('time', {}, clock(time)), ' ', h('strong', {}, visible(what)), ' ', h('span', { class: recovered ? 'chip quiet' : 'chip off' }, `${result}${times > 1 ? ` ×${count(times)}` : ''}`)),
      ' ',
      h('span', { class: 'cause' }, visible(message)),
    ), // biome-ignore format: one line each
    h('p', {}, `→ ${visible(hint)}`),
    waterfall({ hops, spans }),
    requestId ? h('p', { class: 'id' }, `request ${requestId}`) : undefined,
  );
}

interface Reply {
  readonly status: number;
  readonly requestId: string;
  readonly servedBy: string;
  readonly milliseconds: number;
}

/** A form that sends requests, with a fault where the services allow it, and one that follows a request. */
export function drawSend(parent: HTMLElement, trace: HTMLElement, url: string, page: Page): void {
  refill(parent, [url, page.settings], () => {
    const address = h('input', { id: 'path', value: '/', autocomplete: 'off', spellcheck: 'false', input: () => show() });
    const fault = h('input', {
      id: 'fault',
      placeholder: 'none, or core=unavailable:0.3',
      autocomplete: 'off',
      spellcheck: 'false',
      input: () => show(),
    });
    const id = h('input', {
      id: 'request',
      list: 'traced',
      placeholder: 'x-request-id',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    const answer = h('div', { role: 'status' });
    const command = h('code', {});
    const show = (): void =>
      setText(command, `curl -i ${fault.value ? `-H 'x-fault: ${fault.value}' ` : ''}${url.replace(/\/$/, '')}${address.value}`);
    const follow = async (requestId: string): Promise<void> => {
      const found = await page.order<RequestRecord>({ action: 'trace', requestId }, answer);
      if (found) trace.replaceChildren(h('h3', {}, `Request ${requestId}`), found.hops.length + found.spans.length > 0 ? waterfall(found) : h('p', {}, 'No proxy has logged it yet, or it is older than 15 minutes, or than the last 5,000 lines of a proxy.')); // biome-ignore format: one line
    };
    const send = async (): Promise<void> => {
      setText(answer, 'Sending…');
      const found = await page.order<{ replies: readonly Reply[] }>({ action: 'send', path: address.value, fault: fault.value }, answer);
      if (found) answer.replaceChildren(...replies(found.replies, follow));
    };
    show();
    return [
      !page.settings.readOnly &&
        h(
          'form',
          { class: 'bar', submit: instead(() => void send()) },
          h('label', { for: 'path' }, 'Path ', address),
          h('label', { for: 'fault' }, 'Fault ', fault),
          h('button', { type: 'submit', class: 'primary' }, 'Send 20 requests'),
        ),
      answer,
      !page.settings.readOnly && h('p', { class: 'command' }, command),
      h('form', { class: 'bar', submit: instead(() => void follow(id.value.trim())) }, h('label', { for: 'request' }, 'Request ', id), h('datalist', { id: 'traced' }), h('button', { type: 'submit' }, 'Follow it')), // biome-ignore format: one form
    ];
  });
}

function replies(all: readonly Reply[], follow: (requestId: string) => Promise<void>): readonly Node[] {
  const counts = Map.groupBy(all, ({ status, servedBy }) => `${status || 'no answer'}${servedBy ? ` by ${servedBy}` : ''}`);
  return [
    h('p', {}, [...counts].map(([words, of]) => `${count(of.length)} × ${words}`).join(', ')),
    h('p', { class: 'replies' }, ...all.filter(({ requestId }) => requestId).map(({ requestId, status, milliseconds }) => h('button', { type: 'button', title: requestId, class: status > 0 && status < 500 ? '' : 'off', click: () => void follow(requestId) }, `${status} ${count(milliseconds)} ms`))), // biome-ignore format: one line
  ];
}

/** Offers the requests that were traced last to who follows one. */
export function offerTraces(parent: HTMLElement, traces: readonly RequestTrace[]): void {
  const offered = traces.map(({ requestId, spans: [first] }) => [requestId, first && `${first.name} ${first.status ?? ''} ${duration(first.milliseconds)}`]); // biome-ignore format: one list
  refill(parent, offered, () => offered.map(([value, words]) => h('option', { value }, words)));
}

/** How the cluster differs from the topology, and what `mesh check` found. */
export function drawVerification(parent: HTMLElement, { at, drift, splits, findings, error }: Verification, page: Page): void {
  refill(parent, [at, drift, splits, findings, error, page.settings], () => {
    const answer = h('span', { role: 'status' });
    const list = (items: readonly string[]) => h('ul', {}, ...items.map((text) => h('li', {}, visible(text))));
    return [
      error ? h('p', { class: 'off' }, `They did not run: ${visible(error)}`) : undefined,
      at === undefined ? h('p', {}, error ? '' : 'They run now…') : undefined,
      at !== undefined ? h('p', {}, drift.length === 0 ? `The cluster has what the topology declares${splits.length === 0 ? '.' : ', except for weights that were split:'}` : 'The cluster differs from the topology:') : undefined, // biome-ignore format: one line
      drift.length + splits.length > 0 ? list([...drift, ...splits.map((split) => `split ${split}`)]) : undefined,
      at !== undefined ? h('p', {}, findings.length === 0 ? 'mesh check finds nothing.' : 'mesh check finds:') : undefined,
      findings.length > 0 ? list(findings.map(({ code, object, message, hint }) => `${code} ${object}: ${message} → ${hint}`)) : undefined,
      h('p', {}, h('button', { type: 'button', 'data-key': 'verify', click: () => void page.order({ action: 'verify' }, answer) }, 'Check again'), ' ', answer, at ? ` Last at ${clock(at)}.` : ''), // biome-ignore format: one line
      h('p', { class: 'command' }, h('code', {}, `./platform mesh plan${page.settings.suffix} && ./platform mesh check`)),
    ];
  });
}

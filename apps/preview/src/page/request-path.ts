import type { Hop } from '@mesh-platform/contracts';
import { type Html, html } from '../html/html.js';

/** The outcome of one request for the path. */
export interface PathView {
  /** Undefined where the request failed. */
  hops: readonly Hop[] | undefined;
  /** The status of the answer. */
  status: number;
  /** Milliseconds until it was there. */
  ms: number;
  /** Why it failed. */
  detail?: string | undefined;
  /** The fault that is injected; empty for none. */
  fault: string;
  /** Whether faults can be injected here. */
  faultInjection: boolean;
}

/** The faults to inject: the value of the header `x-fault`, and its effect. */
export const FAULTS: Readonly<Record<string, string>> = {
  '': 'nothing: a request as it is',
  'core=unavailable:0.3': 'core refuses 30 % of the attempts',
  'core=unavailable-after-commit:0.3': 'core does its work and loses 30 % of the answers',
  'core=unavailable': 'core refuses every attempt',
  'core=delay:2s': 'core waits 2 s: each attempt times out sooner',
  'web=delay:2s': 'web waits 2 s: late, but in time',
  'web=delay:5s': 'web waits 5 s: longer than the timeout of its caller',
};

/** The path of this request as a chain of boxes, and a form that sends another one, with a failure where faults can be injected. */
export function requestPath({ hops, status, ms, detail, fault, faultInjection }: PathView): Html {
  const longest = (hops ?? []).reduce((most, { ms }) => Math.max(most, ms), 1);
  return html`<section class="journey" aria-labelledby="path-heading">
<h2 id="path-heading" tabindex="-1">The path of this request</h2>
<p>Each service reports its caller, as its own proxy verified it, and which attempt reached it.</p>
<form class="fault-form" id="fault-form" method="get" action="/#path-heading">
${
  faultInjection &&
  html`<label for="fault">Inject a fault</label>
<select id="fault" name="fault">${Object.entries(FAULTS).map(([value, label]) => option(value, label, value === fault))}</select>`
}
<button type="submit">Send a request</button>
<button class="second" type="button" id="volley" data-scripted hidden>Send 20</button>
</form>
<ol class="path" id="path">
<li class="hop you${hops ? '' : ' failed'}" id="outcome"><strong>You</strong>
<p><span class="status" data-outcome="status">${status}</span> after <span data-outcome="ms">${ms}</span> ms</p>
<p class="detail" data-outcome="detail">${detail}</p></li>
${hops?.map((hop) => hopBox(hop, longest))}</ol>
<template id="hop">${hopBox({ service: '', version: '', pod: '', caller: null, attempts: 1, ms: 0 }, 1)}</template>
<p class="hint" id="path-status" role="status"></p>
<ol class="tries" id="tries" aria-label="The requests that you sent" hidden></ol>
</section>`;
}

const option = (value: string, label: string, selected: boolean): Html =>
  html`<option value="${value}"${selected && html` selected`}>${value === '' ? label : `${label} (${value})`}</option>`;

/** A service on the path; the script fills the same box with the hop of a later request. */
const hopBox = (
  { service, version, pod, caller, attempts, ms }: Hop,
  longest: number,
): Html => html`<li class="hop" data-attempts="${attempts}">
<strong><span data-hop="service">${service}</span> <span class="version" data-hop="version">${version}</span></strong>
<dl>
<dt>Called by</dt><dd class="caller" data-hop="caller">${caller === null ? 'not verified: no sidecar' : breakable(caller)}</dd>
<dt>Pod</dt><dd data-hop="pod">${pod}</dd>
<dt>Attempt</dt><dd class="attempts" data-hop="attempts">${attempts}</dd>
<dt>Milliseconds</dt><dd data-hop="ms">${ms}</dd>
</dl>
<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${percent(ms, longest)}" height="4"></rect></svg>
</li>`;

/** An identity that may go on in the next line after each of its slashes. */
const breakable = (identity: string): (string | Html)[] =>
  identity.split(/(?<=\/)(?!\/)/).flatMap((part, index) => (index === 0 ? [part] : [html`<wbr>`, part]));

const percent = (ms: number, longest: number): number => Math.max(1, Math.round((100 * ms) / longest));

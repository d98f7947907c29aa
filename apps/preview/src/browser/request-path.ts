import { announce } from './announce.js';
import { reasonOf, silence } from './problem.js';

interface Hop {
  service: string;
  version: string;
  pod: string;
  caller: string | null;
  attempts: number;
  ms: number;
}

/** The outcome of one request. */
interface Try {
  /** 0 for a request without an answer. */
  status: number;
  /** Milliseconds until it was there, as this browser measures. */
  ms: number;
  hops: readonly Hop[];
  detail: string;
}

const VOLLEY = 20;
const PATIENCE_MS = 15_000;

/** Lets the form send its requests from here, so that what is shown is what this browser's request got. */
export function enhancePath(): void {
  const form = document.getElementById('fault-form');
  const volley = document.getElementById('volley');
  if (!(form instanceof HTMLFormElement) || !volley) return;
  volley.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(form, 1);
  });
  volley.addEventListener('click', () => void send(form, VOLLEY));
}

async function send(form: HTMLFormElement, count: number): Promise<void> {
  if (form.getAttribute('aria-busy') === 'true') return;
  form.setAttribute('aria-busy', 'true');
  const fault = String(new FormData(form).get('fault') ?? '');
  const tries: Try[] = [];
  for (let sent = 0; sent < count; sent++) {
    showStatus(`Sending ${sent + 1} of ${count} …`);
    const one = await request(fault);
    tries.push(one);
    drawPath(one);
    drawTries(tries);
  }
  form.setAttribute('aria-busy', 'false');
  const message = summary(tries);
  showStatus(message);
  announce(message);
}

async function request(fault: string): Promise<Try> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    const response = await fetch('/api/path', { headers: fault ? { 'x-fault': fault } : {}, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) return { status: response.status, ms: ms(), hops: [], detail: await reasonOf(response) };
    const { hops } = (await response.json()) as { hops: Hop[] };
    return { status: response.status, ms: ms(), hops, detail: '' };
  } catch {
    return { status: 0, ms: ms(), hops: [], detail: silence() };
  }
}

function drawPath({ status, ms, hops, detail }: Try): void {
  const path = document.getElementById('path');
  const outcome = document.getElementById('outcome');
  const template = document.getElementById('hop');
  if (!path || !outcome || !(template instanceof HTMLTemplateElement)) return;
  outcome.classList.toggle('failed', hops.length === 0);
  const values: Record<string, string> = { status: status === 0 ? 'no answer' : String(status), ms: String(ms), detail };
  for (const field of outcome.querySelectorAll<HTMLElement>('[data-outcome]'))
    field.textContent = values[field.dataset.outcome ?? ''] ?? '';
  const longest = Math.max(1, ...hops.map((hop) => hop.ms));
  path.replaceChildren(outcome, ...hops.map((hop) => boxOf(hop, template, longest)));
}

function boxOf(hop: Hop, template: HTMLTemplateElement, longest: number): DocumentFragment {
  const box = template.content.cloneNode(true) as DocumentFragment;
  box.querySelector('.hop')?.setAttribute('data-attempts', String(hop.attempts));
  for (const field of box.querySelectorAll<HTMLElement>('[data-hop]')) {
    field.replaceChildren(...breakable(String(hop[field.dataset.hop as keyof Hop] ?? 'not verified: no sidecar')));
  }
  box.querySelector('rect')?.setAttribute('width', String(Math.max(1, Math.round((100 * hop.ms) / longest))));
  return box;
}

/** A text that may go on in the next line after each of its slashes. */
const breakable = (text: string): (string | Node)[] =>
  text.split(/(?<=\/)(?!\/)/).flatMap((part, index) => (index === 0 ? [part] : [document.createElement('wbr'), part]));

const attemptsOf = ({ hops }: Try): number => Math.max(0, ...hops.map(({ attempts }) => attempts));

function drawTries(tries: readonly Try[]): void {
  const list = document.getElementById('tries');
  if (!list) return;
  list.hidden = tries.length < 2;
  list.replaceChildren(
    ...tries.map((one) => {
      const item = document.createElement('li');
      const attempts = attemptsOf(one);
      item.className = attempts === 0 ? 'failed' : attempts > 1 ? 'again' : '';
      item.textContent = attempts === 0 ? String(one.status || '–') : String(attempts);
      item.title = attempts === 0 ? `${one.detail}, after ${one.ms} ms` : `attempt ${attempts}, after ${one.ms} ms`;
      return item;
    }),
  );
}

function summary(tries: readonly Try[]): string {
  const [only] = tries;
  if (tries.length === 1 && only) {
    const attempts = attemptsOf(only);
    if (attempts === 0) return `Your request got ${only.status || 'no answer'} after ${only.ms} ms: ${only.detail}.`;
    return `Your request got ${only.status} after ${only.ms} ms${attempts > 1 ? `, on attempt ${attempts}` : ''}.`;
  }
  const failed = tries.filter((one) => attemptsOf(one) === 0).length;
  const again = tries.filter((one) => attemptsOf(one) > 1).length;
  return `${tries.length - failed - again} answered at once, ${again} after the mesh tried again, ${failed} failed.`;
}

function showStatus(message: string): void {
  const status = document.getElementById('path-status');
  if (status) status.textContent = message;
}

import type { Settings } from '../server/view-server.ts';
import type { ServiceState, Snapshot } from '../snapshot.ts';
import { drawDetails, drawGroup } from './details.ts';
import { byId, h, refill, setText } from './element.ts';
import { drawGraph } from './graph.ts';
import { collapse, type Drawn, neighboursOf } from './groups.ts';
import { drawFailures, drawSend, drawVerification, offerTraces } from './panels.ts';
import { drawTable } from './table.ts';
import { clock, visible } from './words.ts';

/** What parts of the page share. */
export interface Page {
  readonly settings: Settings;
  /** Sends an order. Shows its error in `output`, and gives undefined then. */
  order<Answer = object>(order: object, output: Element): Promise<Answer | undefined>;
}

/** More services than fit on a page: then only those around one are drawn, and asked for. */
const MOST_DRAWN = 30;
/** Milliseconds without news after which the page reports it. */
const SILENT_MS = 5_000;

const TITLE = document.title;

let snapshot: Snapshot | undefined;
let selected = '';
/** The service around which is drawn; empty for all. */
let focus = '';
let isGraph = true;
let lastNews = 0;
let events: EventSource | undefined;

const page: Page & { settings: Settings } = {
  settings: { readOnly: true, suffix: '' },
  async order<Answer>(order: object, output: Element): Promise<Answer | undefined> {
    try {
      const answer = await fetch('orders', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      });
      const body = (await answer.json()) as Answer & { readonly error?: string; readonly hint?: string };
      if (answer.ok) return body;
      setText(output, `${visible(body.error ?? `status ${answer.status}`)}${body.hint ? ` → ${visible(body.hint)}` : ''}`);
    } catch {
      setText(output, 'The view’s server does not answer: is ./platform view still running?');
    }
    return undefined;
  },
};

function connect(): void {
  events?.close();
  const names = focus && snapshot ? [...neighboursOf(focus, snapshot.calls)].join(',') : undefined;
  events = new EventSource(names === undefined ? 'events' : `events?visible=${encodeURIComponent(names)}`);
  events.onmessage = ({ data }: MessageEvent<string>) => {
    const isFirst = snapshot === undefined;
    snapshot = JSON.parse(data) as Snapshot;
    lastNews = Date.now();
    if (isFirst) begin(snapshot);
    draw();
  };
}

/** A page that is not shown costs the cluster nothing. The proxies count on: its first news afterwards has their sums. */
function connectIfShown(): void {
  document.title = document.hidden ? `(paused) ${TITLE}` : TITLE;
  if (document.hidden) events?.close();
  else connect();
}

/** The first snapshot decides what is drawn at first. */
function begin({ services, calls }: Snapshot): void {
  selected =
    (services.find(({ shares }) => shares.length > 1) ?? services.find(({ kind }) => kind === 'service') ?? services[0])?.name ?? '';
  if (services.length <= MOST_DRAWN) return;
  focus = calls[0]?.to ?? selected;
  connect();
}

function draw(): void {
  if (!snapshot) return;
  const { platform, services, calls, verification, openedAt, failures, traces } = snapshot;
  setText(byId('platform'), `${platform.topology} in namespace ${platform.namespace}, on ${platform.target}`);
  setText(byId('opened'), clock(openedAt));
  drawStates(services);
  const unknown = byId('unknown');
  const sentences = [...(Date.now() - lastNews > SILENT_MS ? [`no news since ${clock(lastNews)}: everything below is from then`] : []), ...snapshot.unknown]; // biome-ignore format: one list
  unknown.hidden = sentences.length === 0;
  refill(unknown, sentences, () => sentences.map((text) => h('p', {}, `Not known now: ${visible(text)}.`)));
  const focusOptions = ['', ...services.map(({ name }) => name)];
  refill(byId('focus'), focusOptions, () => focusOptions.map((name) => h('option', { value: name, selected: name === focus }, name === '' ? 'all' : `around ${name}`))); // biome-ignore format: one list
  const drawn = collapse(services, calls, focus);
  byId('graph').hidden = !isGraph;
  byId('table').hidden = isGraph;
  if (isGraph) drawGraph(byId('graph'), drawn, selected, select);
  else drawTable(byId('table'), drawn.calls);
  drawSelected(services, drawn);
  drawFailures(byId('failures'), failures, page);
  drawSend(byId('send'), byId('trace'), platform.url, page);
  offerTraces(byId('traced'), traces);
  drawVerification(byId('verification'), verification, page);
}

function drawSelected(services: readonly ServiceState[], { groups }: Drawn): void {
  const [service, group] = [services.find(({ name }) => name === selected), groups.find(({ name }) => name === selected)];
  if (service) drawDetails(byId('service'), service, page);
  else if (group) drawGroup(byId('service'), group, around);
}

function drawStates(services: readonly ServiceState[]): void {
  if (!snapshot) return;
  const { istiod, verification } = snapshot;
  const pods = services.flatMap((service) => service.pods);
  const ready = pods.filter((pod) => pod.ready).length;
  const connected = pods.filter((pod) => pod.connected).length;
  const states: readonly (readonly [boolean, string])[] = [
    [ready === pods.length && pods.length > 0, `${ready} of ${pods.length} pods ready`],
    [istiod.ready > 0, istiod.ready > 0 ? 'istiod ready' : 'istiod not ready'],
    [connected === pods.length, `${connected} of ${pods.length} proxies connected to istiod`],
    [
      verification.drift.length === 0,
      verification.drift.length === 0 ? 'as the topology declares' : `${verification.drift.length} differ from the topology`,
    ],
    ...(verification.splits.length > 0 ? [[true, `${verification.splits.length} with other weights, by split`] as const] : []),
    ...(page.settings.readOnly ? [[true, 'read-only'] as const] : []),
  ];
  refill(byId('states'), states, () =>
    states.map(([isWell, text]) => h('li', { class: isWell ? 'chip well' : 'chip off' }, `${isWell ? '✓' : '✗'} ${text}`)),
  );
}

function select(name: string): void {
  selected = name;
  draw();
  setText(byId('announcer'), `${name} is shown under Service`);
}

/** Draws what is around a service, and reads only that from now on. */
function around(name: string): void {
  focus = name;
  if (focus) selected = focus;
  byId<HTMLSelectElement>('focus').value = focus;
  connect();
  draw();
}

function show(graph: boolean): void {
  isGraph = graph;
  byId('as-graph').setAttribute('aria-pressed', String(graph));
  byId('as-table').setAttribute('aria-pressed', String(!graph));
  draw();
}

byId('as-graph').addEventListener('click', () => show(true));
byId('as-table').addEventListener('click', () => show(false));
byId<HTMLSelectElement>('focus').addEventListener('change', ({ target }) => around((target as HTMLSelectElement).value));
document.addEventListener('visibilitychange', connectIfShown);
// What is not known any more is reported even while nothing comes.
setInterval(draw, 1_000);
page.settings = (await (await fetch('settings')).json()) as Settings;
connectIfShown();

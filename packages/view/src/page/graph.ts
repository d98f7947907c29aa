import type { CallTraffic, ServiceState } from '../snapshot.ts';
import { byAttribute, refill, setText, svg } from './element.ts';
import type { Drawn, Group } from './groups.ts';
import { curve, type Edge, layOut, NODE, type Place } from './layout.ts';
import { count, rate, some } from './words.ts';

/** As in style.css. */
const NARROW = '(max-width: 900px)';

/** What a call is like, in a word that also is its class. */
export type CallMood = 'undeclared' | 'unknown' | 'silent' | 'failing' | 'busy';

export function moodOf(call: CallTraffic): CallMood {
  if (call.kind === 'undeclared') return 'undeclared';
  if (!call.isKnown) return 'unknown';
  const { answers, failures } = sumsOf(call);
  if (answers === 0 && (call.connections ?? 0) === 0 && (call.open ?? 0) === 0) return 'silent';
  return failures > 0 ? 'failing' : 'busy';
}

/** The sums of all versions of a call. */
export const sumsOf = ({ versions }: CallTraffic) => ({
  answers: versions.reduce((sum, { answers }) => sum + answers, 0),
  failures: versions.reduce((sum, { failures }) => sum + failures, 0),
  clientErrors: versions.reduce((sum, { clientErrors }) => sum + clientErrors, 0),
  retried: versions.reduce((sum, { retried }) => sum + retried, 0),
});

/** `2 open, 5 new`: connections, and how many were opened since the view was. */
export const connectionsInWords = ({ connections = 0, open = 0 }: CallTraffic): string => `${count(open)} open, ${count(connections)} new`;

/** `1,204 requests, 3 failed, 12 failed attempts` */
export function callInWords(call: CallTraffic): string {
  const { answers, failures, retried } = sumsOf(call);
  if (call.connections !== undefined) return connectionsInWords(call);
  if (call.kind === 'undeclared') return `${count(call.refused)} refused${answers > 0 ? `, ${count(answers)} answered` : ''}`;
  return [
    some(answers, 'request'),
    ...(failures > 0 ? [`${count(failures)} failed`] : []),
    ...(retried > 0 ? [some(retried, 'failed attempt')] : []),
  ].join(', ');
}

/** Draws services, groups and calls; `select` is called with the name of the service or group that is chosen. */
export function drawGraph(parent: HTMLElement, drawn: Drawn, selected: string, select: (name: string) => void): void {
  const { services, calls, groups, outer } = drawn;
  const edges = [...calls.map(({ from, to }) => ({ from, to })), ...outer];
  const names = [...services, ...groups].map(({ name }) => name);
  const isNarrow = matchMedia(NARROW).matches;
  refill(parent, [names, edges, isNarrow], () => {
    const { width, height, places } = layOut(names, edges, isNarrow);
    return [
      svg(
        'svg',
        { width, viewBox: `0 0 ${width} ${height + NODE.height / 2}`, role: 'group', 'aria-label': 'Services and their calls' },
        ...outer.map((one) => outerEdge(one, places, isNarrow)),
        ...calls.map((call) => edge(call, places, isNarrow)),
        ...services.map(({ name }) => node(name, '', places, select)),
        ...groups.map((group) => node(group.name, inShort(group), places, select)),
      ),
    ];
  });
  const [edgesOf, nodesOf] = [byAttribute(parent, 'data-edge'), byAttribute(parent, 'data-node')];
  for (const call of calls) updateEdge(edgesOf.get(keyOf(call)), call);
  for (const service of services) updateNode(nodesOf.get(service.name), service, service.name === selected);
  for (const { name } of groups) updateGroup(nodesOf.get(name), name === selected);
}

/** `orders, cart, …` */
const inShort = ({ members }: Group): string => {
  const words = members.slice(0, 2).join(', ');
  return `${words.length > 24 ? `${words.slice(0, 24)}…` : words}${members.length > 2 ? ', …' : ''}`;
};

function outerEdge({ from, to }: Edge, places: ReadonlyMap<string, Place>, isNarrow: boolean): SVGElement {
  const [start, end] = [places.get(from), places.get(to)];
  return start && end ? svg('g', { class: 'call outer' }, svg('path', { d: curve(start, end, isNarrow) })) : svg('g');
}

function updateGroup(group: Element | undefined, isSelected: boolean): void {
  group?.setAttribute('class', 'node group');
  group?.setAttribute('aria-pressed', String(isSelected));
}

const keyOf = ({ from, to }: CallTraffic): string => `${from}→${to}`;

function edge(call: CallTraffic, places: ReadonlyMap<string, Place>, isNarrow: boolean): SVGElement {
  const [from, to] = [places.get(call.from), places.get(call.to)];
  if (!from || !to) return svg('g');
  const path = curve(from, to, isNarrow);
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  return svg(
    'g',
    { 'data-edge': keyOf(call) },
    svg('path', { d: path, class: 'line' }),
    svg('path', { d: path, class: 'flow' }),
    svg('text', { x: middle.x + (isNarrow ? 8 : 0), y: middle.y - (isNarrow ? 2 : 8), class: isNarrow ? 'rate aside' : 'rate' }),
    svg('text', { x: middle.x + (isNarrow ? 8 : 0), y: middle.y + (isNarrow ? 14 : 18), class: isNarrow ? 'failed aside' : 'failed' }),
    svg('text', { x: middle.x + (isNarrow ? 70 : 0), y: middle.y + (isNarrow ? 14 : 33), class: isNarrow ? 'retried aside' : 'retried' }),
  );
}

function updateEdge(group: Element | undefined, call: CallTraffic): void {
  if (!group) return;
  group.setAttribute('class', `call ${moodOf(call)} ${call.rate > 0 ? 'moving' : ''}`);
  const { answers, failures, retried } = sumsOf(call);
  const write = (name: string, text: string): void => {
    const found = group.querySelector(name);
    if (found) setText(found, text);
  };
  const isUndeclared = call.kind === 'undeclared';
  const isSilent = moodOf(call) === 'silent';
  write(
    '.rate',
    isUndeclared
      ? 'not declared'
      : isSilent
        ? 'silent'
        : call.connections === undefined
          ? `${rate(call.rate)} · ${count(answers)}`
          : connectionsInWords(call),
  );
  write('.failed', isUndeclared ? `${count(call.refused)} refused` : failures > 0 ? `${count(failures)} failed` : '');
  write('.retried', !isUndeclared && retried > 0 ? `${count(retried)} retried` : '');
}

function node(name: string, words: string, places: ReadonlyMap<string, Place>, select: (name: string) => void): SVGElement {
  const { x, y } = places.get(name) ?? { x: 0, y: 0 };
  const choose = (): void => select(name);
  const onKey = (event: Event): void => {
    if (!(event instanceof KeyboardEvent) || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    choose();
  };
  return svg(
    'g',
    { 'data-node': name, 'data-key': `node ${name}`, tabindex: 0, role: 'button', transform: `translate(${x - NODE.width / 2} ${y - NODE.height / 2})`, click: choose, keydown: onKey }, // biome-ignore format: one tag
    svg('rect', { width: NODE.width, height: NODE.height, rx: 8 }),
    svg('text', { x: NODE.width / 2, y: 24, class: 'name' }, name),
    ' ',
    svg('text', { x: NODE.width / 2, y: 43, class: 'state' }, words),
  );
}

/** `2 of 3 pods ready`, and how its weights and shares fit. */
export function serviceInWords({ kind, pods, shares }: ServiceState): string {
  if (kind === 'external') return 'outside of the mesh';
  const ready = pods.filter((pod) => pod.ready).length;
  const total = shares.reduce((sum, { answers }) => sum + answers, 0);
  const split =
    shares.length > 1
      ? shares.map(({ version, answers }) => `${version} ${Math.round((100 * answers) / Math.max(total, 1))} %`).join(' · ')
      : '';
  return [ready === pods.length ? some(pods.length, 'pod') : `${ready} of ${some(pods.length, 'pod')} ready`, split]
    .filter(Boolean)
    .join(' · ');
}

function updateNode(group: Element | undefined, service: ServiceState, isSelected: boolean): void {
  const state = group?.querySelector('.state');
  if (!group || !state) return;
  const isIll = service.kind !== 'external' && (service.pods.length === 0 || service.pods.some(({ ready }) => !ready));
  const isOff = service.shares.some(({ isExplained }) => isExplained === false);
  group.setAttribute('class', `node ${service.kind} ${isIll ? 'ill' : ''} ${isOff ? 'off' : ''}`);
  group.setAttribute('aria-pressed', String(isSelected));
  setText(state, serviceInWords(service));
}

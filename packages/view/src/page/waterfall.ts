import type { RequestHop, RequestRecord, RequestSpan } from '../snapshot.ts';
import { h, svg } from './element.ts';
import { count, duration, visible } from './words.ts';

/** One piece of a request: a line of a proxy, or a span of a service. */
export interface Piece {
  readonly by: 'proxy' | 'service';
  readonly what: string;
  readonly result: string;
  readonly message?: string;
  readonly isOff: boolean;
  /** Milliseconds since the request began. */
  readonly after: number;
  readonly milliseconds: number;
}

/** The pieces of a request in the order of travel: of each service what its proxy accepted, what it did, what its proxy sent on. */
export function piecesOf({ hops, spans }: RequestRecord): readonly Piece[] {
  const begin = Math.min(...[...hops, ...spans].map(({ startedAt }) => startedAt));
  const serviceOf = ({ at }: RequestHop): string => at.split(' ')[0] ?? at;
  const services = new Set([...hops.map(serviceOf), ...spans.map(({ service }) => service)]);
  return [...services].flatMap((service) => {
    const own = hops.filter((hop) => serviceOf(hop) === service);
    const [incoming, outgoing] = [own.filter(isInbound), own.filter((hop) => !isInbound(hop))];
    const work = spans.filter((span) => span.service === service);
    return [...incoming.map((hop) => hopPiece(hop, begin)), ...work.map((span) => spanPiece(span, begin)), ...outgoing.map((hop) => hopPiece(hop, begin))]; // biome-ignore format: one list
  });
}

const isInbound = ({ direction }: RequestHop): boolean => direction === 'inbound';

const hopPiece = (hop: RequestHop, begin: number): Piece => ({
  by: 'proxy',
  what: isInbound(hop) ? `${hop.at} is called` : `${hop.at} → ${hop.callee ?? 'unknown'}`,
  result: [hop.status, ...(hop.attempts > 1 ? [`${count(hop.attempts)} attempts`] : [])].join(', '),
  ...(hop.message === undefined ? {} : { message: hop.message }),
  isOff: hop.message !== undefined,
  after: hop.startedAt - begin,
  milliseconds: hop.milliseconds,
});

const spanPiece = ({ service, version, kind, name, status, failure, attempt, startedAt, milliseconds }: RequestSpan, begin: number): Piece => ({
  by: 'service',
  what: kind === 'server' ? `${service} ${version} answers ${name}` : `${service} ${version} calls ${name}`,
  result: [status ?? failure ?? '', ...(attempt === undefined ? [] : [`attempt ${count(attempt)}`])].filter(Boolean).join(', '),
  isOff: failure !== undefined,
  after: startedAt - begin,
  milliseconds,
}); // biome-ignore format: as hopPiece

/** A request as a waterfall: each piece with its result and when it ran. The list says the same without the bars. */
export function waterfall(record: RequestRecord): HTMLElement {
  const pieces = piecesOf(record);
  const total = Math.max(1, ...pieces.map(({ after, milliseconds }) => after + milliseconds));
  return h('ol', { class: 'hops' }, ...pieces.map((piece) => pieceItem(piece, total)));
}

function pieceItem({ by, what, result, message, isOff, after, milliseconds }: Piece, total: number): HTMLElement {
  return h(
    'li',
    { class: isOff ? `${by} off` : by },
    h('span', { class: 'what' }, h('span', { class: 'by' }, by), ` ${visible(what)} `),
    h('span', { class: 'result' }, h('strong', {}, visible(result)), ` ${duration(milliseconds)}`),
    svg(
      'svg',
      { viewBox: '0 0 100 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { x: (100 * Math.max(0, after)) / total, width: Math.max(0.6, (100 * milliseconds) / total), height: 1 }),
    ),
    message === undefined ? undefined : h('span', { class: 'message' }, visible(message)),
  );
}
